//! The colours of a drawing: a theme's, at an hour of the day.

use types::ThemePreset;

use super::dice::Dice;

/// The colours that things have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Palette {
    /// From the top of the sky to the horizon.
    pub(super) sky: [&'static str; 5],
    pub(super) sun: &'static str,
    pub(super) cloud: &'static str,
    /// Land, the farthest first.
    pub(super) land: [&'static str; 4],
    /// Water, from the horizon to our feet.
    pub(super) water: [&'static str; 4],
    pub(super) glint: &'static str,
    /// Walls, and their side in the shade.
    pub(super) walls: [(&'static str, &'static str); 3],
    pub(super) roofs: [&'static str; 3],
    pub(super) brick: &'static str,
    pub(super) glass: &'static str,
    pub(super) lamp: &'static str,
    /// Single trees, and their side in the light.
    pub(super) trees: [(&'static str, &'static str); 3],
    pub(super) dark: &'static str,
}

const FOREST_DUSK: Palette = Palette {
    sky: ["#17362f", "#2f5c50", "#7f9f88", "#e3c08d", "#f6ddb0"],
    sun: "#fff0cd",
    cloud: "#fbe6c0",
    land: ["#8ea38a", "#6d8c79", "#41665a", "#274a3e"],
    water: ["#e9cb98", "#b9b48d", "#527f71", "#17362f"],
    glint: "#fde9bf",
    walls: [
        ("#f6eedc", "#c9bb9a"),
        ("#d9cfb6", "#b3a684"),
        ("#c9d2c6", "#a2ae9f"),
    ],
    roofs: ["#3c4744", "#54483f", "#4b4a44"],
    brick: "#9c4a36",
    glass: "#4d6b68",
    lamp: "#f9cf80",
    trees: [
        ("#355c4a", "#4a7560"),
        ("#8b5a2f", "#b57a3c"),
        ("#274a3e", "#3a6552"),
    ],
    dark: "#1f2d28",
};

const FOREST_MORNING: Palette = Palette {
    sky: ["#5d8690", "#8fb0ab", "#c5d3c2", "#efe5cb", "#fbf2de"],
    sun: "#fffaf0",
    cloud: "#ffffff",
    land: ["#b3c2ae", "#8fab94", "#5f8a70", "#3a6650"],
    water: ["#eef0df", "#bccfc4", "#7fa7a0", "#3b6a66"],
    glint: "#ffffff",
    walls: [
        ("#fdf9ee", "#d8cfb8"),
        ("#ece3cd", "#c5b894"),
        ("#d4dcd4", "#adb9ad"),
    ],
    roofs: ["#56625f", "#6b5d50", "#5f6058"],
    brick: "#ab5a43",
    glass: "#6f8f90",
    lamp: "#fbe3ab",
    trees: [
        ("#4f7d5f", "#73a07c"),
        ("#5f8f66", "#87b183"),
        ("#3d6b52", "#588a6a"),
    ],
    dark: "#2c3f38",
};

const HARBOUR_DUSK: Palette = Palette {
    sky: ["#161a35", "#2c3362", "#6c6791", "#d99a84", "#f4c9a3"],
    sun: "#ffe9cf",
    cloud: "#f9d6bd",
    land: ["#8d86a8", "#615f8a", "#3c4069", "#23284d"],
    water: ["#eebd9c", "#a98d9b", "#51588a", "#171b3a"],
    glint: "#ffe3c6",
    walls: [
        ("#f2ece4", "#bfb6b4"),
        ("#d9d3d6", "#aaa4b0"),
        ("#c7cbdc", "#979db8"),
    ],
    roofs: ["#2f3457", "#4a3f52", "#3b3f58"],
    brick: "#9a4b33",
    glass: "#4f5a86",
    lamp: "#f8c98f",
    trees: [
        ("#2f3a5c", "#475685"),
        ("#8a4d34", "#b9714a"),
        ("#242c4e", "#394472"),
    ],
    dark: "#12152c",
};

const HARBOUR_MORNING: Palette = Palette {
    sky: ["#6f83b3", "#9fb0d1", "#cfd7e6", "#f2e3d8", "#fbf1e8"],
    sun: "#fffaf4",
    cloud: "#ffffff",
    land: ["#b4bcd3", "#8e9bbd", "#5f7099", "#3c4c78"],
    water: ["#f1ece9", "#bcc7dc", "#7f93bd", "#3c4f80"],
    glint: "#ffffff",
    walls: [
        ("#fbf8f5", "#d2ccca"),
        ("#e8e2e0", "#bfb8bb"),
        ("#d3d9e8", "#a9b2ca"),
    ],
    roofs: ["#4a5278", "#655a6b", "#555a75"],
    brick: "#b06045",
    glass: "#7483ad",
    lamp: "#fbe0b5",
    trees: [
        ("#4c6a72", "#6d8f93"),
        ("#56748a", "#7b9ab0"),
        ("#3e5a66", "#5b7b85"),
    ],
    dark: "#252c4c",
};

const BROWNSTONE_DUSK: Palette = Palette {
    sky: ["#2e1a26", "#5d3440", "#a5675c", "#e0a37c", "#f6d3a8"],
    sun: "#ffe8c4",
    cloud: "#f9d9bb",
    land: ["#a88678", "#84605a", "#5e3f40", "#3b2629"],
    water: ["#e9b48c", "#b5867c", "#6b4a52", "#2b1a22"],
    glint: "#fde0b8",
    walls: [
        ("#f3e6da", "#c4ae9e"),
        ("#dcc3b2", "#ae9180"),
        ("#cbaea2", "#9d7f75"),
    ],
    roofs: ["#43302f", "#5a3a33", "#4b3a38"],
    brick: "#8f4233",
    glass: "#6a5058",
    lamp: "#fbcf8c",
    trees: [
        ("#51423a", "#6d594a"),
        ("#94502f", "#bf7440"),
        ("#3c2f2c", "#57443d"),
    ],
    dark: "#241517",
};

const BROWNSTONE_MORNING: Palette = Palette {
    sky: ["#8c93a8", "#b9b7bd", "#dccdc4", "#f3e0cc", "#fcf1e2"],
    sun: "#fffaf0",
    cloud: "#ffffff",
    land: ["#c9b3a3", "#ab9180", "#86695b", "#5f473d"],
    water: ["#f5e6d6", "#d0c0b6", "#9c8f92", "#5d4f58"],
    glint: "#ffffff",
    walls: [
        ("#fcf7f0", "#d6c7b8"),
        ("#ecdccb", "#c4ad99"),
        ("#dcc6b8", "#b3998a"),
    ],
    roofs: ["#6a5551", "#7c5a4e", "#6d5f5a"],
    brick: "#a9543f",
    glass: "#8f8a94",
    lamp: "#fce0ac",
    trees: [
        ("#70755a", "#939576"),
        ("#8b8560", "#ada67c"),
        ("#5f6650", "#7f876a"),
    ],
    dark: "#3a2926",
};

const GALLERY_DUSK: Palette = Palette {
    sky: ["#1d1e20", "#3d3e40", "#7b7871", "#c9b48a", "#eeddb2"],
    sun: "#fff3cf",
    cloud: "#f2e4bf",
    land: ["#8f8c85", "#6a6863", "#454442", "#292928"],
    water: ["#dcc898", "#a29a86", "#565553", "#1c1c1d"],
    glint: "#f6e6b4",
    walls: [
        ("#f4f2ec", "#bdbab1"),
        ("#d9d6ce", "#a6a39b"),
        ("#c4c2bc", "#93918b"),
    ],
    roofs: ["#323231", "#45433f", "#3b3b3a"],
    brick: "#77685a",
    glass: "#5a5c5e",
    lamp: "#f4cf78",
    trees: [
        ("#3d3f3c", "#565852"),
        ("#6b5f43", "#93825a"),
        ("#2c2d2b", "#454643"),
    ],
    dark: "#161616",
};

const GALLERY_MORNING: Palette = Palette {
    sky: ["#96999c", "#bdbfc0", "#dcdcd8", "#efebe0", "#faf7ee"],
    sun: "#fffdf6",
    cloud: "#ffffff",
    land: ["#c2c1bb", "#9f9e98", "#74736e", "#4d4d4a"],
    water: ["#f2f0e9", "#cccbc6", "#94979a", "#54585c"],
    glint: "#ffffff",
    walls: [
        ("#fdfdfb", "#d3d2cc"),
        ("#ebeae5", "#c0bfb8"),
        ("#dcdbd6", "#b1b0aa"),
    ],
    roofs: ["#5b5b59", "#6b6963", "#626160"],
    brick: "#938170",
    glass: "#84898d",
    lamp: "#f8e2a6",
    trees: [
        ("#666a61", "#868a80"),
        ("#7b7c6c", "#9b9c8a"),
        ("#54584f", "#73776c"),
    ],
    dark: "#2c2c2b",
};

impl Palette {
    /// The theme's colours, in the morning or at dusk.
    pub(super) fn of(theme: ThemePreset, dice: &mut Dice) -> Self {
        let is_dusk = dice.falls(0.55);
        match (theme, is_dusk) {
            (ThemePreset::IvoryForest, true) => FOREST_DUSK,
            (ThemePreset::IvoryForest, false) => FOREST_MORNING,
            (ThemePreset::Harbour, true) => HARBOUR_DUSK,
            (ThemePreset::Harbour, false) => HARBOUR_MORNING,
            (ThemePreset::Brownstone, true) => BROWNSTONE_DUSK,
            (ThemePreset::Brownstone, false) => BROWNSTONE_MORNING,
            (ThemePreset::Gallery, true) => GALLERY_DUSK,
            (ThemePreset::Gallery, false) => GALLERY_MORNING,
        }
    }
}
