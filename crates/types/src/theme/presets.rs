//! The presets: what each is called, its faces, its picture and its colours. The sites' styles say the same.

use super::{Colour, Colours, Palette, TypePairing};
use crate::{ThemePreset, content::Scene};

impl ThemePreset {
    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::IvoryForest => "Ivory and forest",
            Self::Harbour => "Harbour",
            Self::Brownstone => "Chalk and brownstone",
            Self::Gallery => "Gallery",
        }
    }

    /// The faces it comes with.
    pub const fn pairing(self) -> TypePairing {
        match self {
            Self::IvoryForest | Self::Brownstone => TypePairing::Editorial,
            Self::Harbour | Self::Gallery => TypePairing::Modern,
        }
    }

    /// What its picture shows; none for a preset that has a drawing of its own.
    pub const fn hero(self) -> Option<Scene> {
        match self {
            Self::IvoryForest | Self::Harbour => None,
            Self::Brownstone => Some(Scene::Village),
            Self::Gallery => Some(Scene::City),
        }
    }

    /// Its colours.
    pub const fn palette(self) -> Palette {
        match self {
            Self::IvoryForest => IVORY_FOREST,
            Self::Harbour => HARBOUR,
            Self::Brownstone => BROWNSTONE,
            Self::Gallery => GALLERY,
        }
    }
}

/// Colours in the order of [`Colours`].
const fn colours(digits: [u32; 11]) -> Colours {
    let [
        paper,
        surface,
        ink,
        muted,
        line,
        field_line,
        primary,
        primary_hover,
        on_primary,
        ornament,
        band,
    ] = digits;
    Colours {
        paper: Colour::hex(paper),
        surface: Colour::hex(surface),
        ink: Colour::hex(ink),
        muted: Colour::hex(muted),
        line: Colour::hex(line),
        field_line: Colour::hex(field_line),
        primary: Colour::hex(primary),
        primary_hover: Colour::hex(primary_hover),
        on_primary: Colour::hex(on_primary),
        ornament: Colour::hex(ornament),
        band: Colour::hex(band),
    }
}

const IVORY_FOREST: Palette = Palette {
    day: colours([
        0x00fb_f9f5,
        0x00f4_f0e8,
        0x001c_1b19,
        0x005c_574f,
        0x00e3_ddd1,
        0x008a_8375,
        0x001f_3a34,
        0x002b_4d45,
        0x00ff_ffff,
        0x007a_5c25,
        0x001f_3a34,
    ]),
    night: colours([
        0x0012_1513,
        0x0019_1d1a,
        0x00ed_ebe4,
        0x00ae_ab9f,
        0x002c_322e,
        0x0075_7d76,
        0x00bc_d6ca,
        0x00d3_e6dd,
        0x0011_231e,
        0x00d9_b36c,
        0x001a_2a25,
    ]),
    on_band: Colour::hex(0x00fb_f9f5),
    on_band_muted: Colour::hex(0x00c5_d2cb),
    scrim: Colour::hex(0x000d_201b),
    hero: Colour::hex(0x00ec_d09a),
    on_hero: Colour::hex(0x001c_2a22),
};

const HARBOUR: Palette = Palette {
    day: colours([
        0x00f8_f9fb,
        0x00ee_f0f5,
        0x0017_1b26,
        0x0052_5a6a,
        0x00dc_e0e8,
        0x007c_8496,
        0x002b_3467,
        0x003a_4583,
        0x00ff_ffff,
        0x0096_481f,
        0x001f_274f,
    ]),
    night: colours([
        0x000f_1118,
        0x0017_1a24,
        0x00ec_eef4,
        0x00a5_acbd,
        0x002a_2f3d,
        0x0070_788b,
        0x00c0_c9f5,
        0x00d9_dffb,
        0x0015_1b38,
        0x00e8_a67f,
        0x001a_2040,
    ]),
    on_band: Colour::hex(0x00f8_f9fb),
    on_band_muted: Colour::hex(0x00c6_cce0),
    scrim: Colour::hex(0x0011_152e),
    hero: Colour::hex(0x00f4_bd98),
    on_hero: Colour::hex(0x002a_1a12),
};

const BROWNSTONE: Palette = Palette {
    day: colours([
        0x00fa_f8f6,
        0x00f3_eeea,
        0x0021_1a17,
        0x0063_574f,
        0x00e6_dcd3,
        0x008c_7d72,
        0x006e_2a2a,
        0x0085_3737,
        0x00ff_ffff,
        0x0084_571b,
        0x004a_1d1e,
    ]),
    night: colours([
        0x0016_1211,
        0x001e_1917,
        0x00f0_e9e4,
        0x00b5_a9a0,
        0x0036_2d28,
        0x0082_756c,
        0x00ec_c3b8,
        0x00f5_d9d1,
        0x002c_1210,
        0x00dc_b27a,
        0x002e_1918,
    ]),
    on_band: Colour::hex(0x00fa_f8f6),
    on_band_muted: Colour::hex(0x00dc_cac4),
    scrim: Colour::hex(0x0026_1010),
    hero: Colour::hex(0x00f0_cd9f),
    on_hero: Colour::hex(0x002a_1712),
};

const GALLERY: Palette = Palette {
    day: colours([
        0x00ff_ffff,
        0x00f5_f5f3,
        0x0014_1414,
        0x0058_5856,
        0x00e2_e2df,
        0x0084_8482,
        0x001a_1a1a,
        0x003a_3a38,
        0x00ff_ffff,
        0x0080_6213,
        0x001a_1a1a,
    ]),
    night: colours([
        0x0011_1111,
        0x001a_1a1a,
        0x00f2_f2ef,
        0x00ad_ada9,
        0x0030_302e,
        0x0078_7876,
        0x00f2_f2ef,
        0x00ff_ffff,
        0x0014_1414,
        0x00d8_b65c,
        0x0023_2322,
    ]),
    on_band: Colour::hex(0x00ff_ffff),
    on_band_muted: Colour::hex(0x00cb_cbc8),
    scrim: Colour::hex(0x0016_1616),
    hero: Colour::hex(0x00e9_cf86),
    on_hero: Colour::hex(0x001e_1a0c),
};
