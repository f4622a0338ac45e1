//! QR codes as drawings: of what somebody points a telephone at.

use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};

/// A QR code: its width in modules without the quiet zone, and its dark modules as the path of an SVG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrPath {
    pub size: i32,
    pub path: String,
}

impl QrPath {
    /// The code of a text. None for one that is too long for any.
    pub fn of(text: &str) -> Option<Self> {
        // One mask is as good as another to whoever reads it, and to look for the prettiest takes longest.
        let code = QrCode::encode_segments_advanced(
            &QrSegment::make_segments(text),
            QrCodeEcc::Medium,
            Version::MIN,
            Version::MAX,
            Some(Mask::new(0)),
            false,
        );
        Some(Self::drawn(&code.ok()?))
    }

    fn drawn(code: &QrCode) -> Self {
        let size = code.size();
        let mut path = String::new();
        for y in 0..size {
            let mut x = 0;
            while x < size {
                let run = (x..size).take_while(|&x| code.get_module(x, y)).count();
                let run = i32::try_from(run).expect("a code is at most 177 modules wide");
                if run > 0 {
                    path.push_str(&format!("M{x} {y}h{run}v1h-{run}z"));
                }
                x += run.max(1);
            }
        }
        Self { size, path }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_corners_and_nothing_is_drawn_beside_it() {
        let code = QrPath::of("https://fairfield.example/towns/wilton").unwrap();

        assert!(code.size >= 21, "{}", code.size);
        assert!(code.path.starts_with("M0 0h7v1h-7z"), "{}", code.path);
        assert_eq!(QrPath::of(&"x".repeat(10_000)), None);
    }
}
