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

impl Palette {
    /// The theme's colours, in the morning or at dusk.
    pub(super) fn of(theme: ThemePreset, dice: &mut Dice) -> Self {
        let is_dusk = dice.falls(0.55);
        match (theme, is_dusk) {
            (ThemePreset::IvoryForest, true) => FOREST_DUSK,
            (ThemePreset::IvoryForest, false) => FOREST_MORNING,
            (ThemePreset::Harbour, true) => HARBOUR_DUSK,
            (ThemePreset::Harbour, false) => HARBOUR_MORNING,
        }
    }
}
