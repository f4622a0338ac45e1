//! Words on lines: how wide each is, and where one has to end.

use std::sync::{Arc, LazyLock};

use resvg::usvg::{Options, Tree, fontdb::Database};

/// The faces of pictures: those of the sites, as files that are not compressed. Their licences lie beside the sites'
/// (`crates/server/assets/fonts`).
static FACES: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut faces = Database::new();
    for file in [
        &include_bytes!("fonts/newsreader.ttf")[..],
        &include_bytes!("fonts/inter.ttf")[..],
    ] {
        faces.load_font_data(file.to_vec());
    }
    Arc::new(faces)
});

/// The name of the serif in its file, in quotation marks because of its number.
pub(super) const SERIF: &str = "'Newsreader 16pt'";

/// And of the sans.
pub(super) const SANS: &str = "Inter";

/// Words in one face, of one size.
#[derive(Debug, Clone, Copy)]
pub(super) struct Face {
    pub(super) name: &'static str,
    pub(super) size: f32,
}

/// How drawings are read: with our faces, and nothing of the machine's or of elsewhere.
pub(super) fn options() -> Options<'static> {
    Options {
        fontdb: Arc::clone(&FACES),
        ..Options::default()
    }
}

/// The text on lines of at most this width: so many, and the last ends with an ellipsis if there is more.
pub(super) fn lines(text: &str, face: Face, (width, most): (f32, usize)) -> Vec<String> {
    let space = face.size * 0.25;
    let mut lines: Vec<(String, f32)> = Vec::new();
    for word in text.split_whitespace() {
        let wide = width_of(word, face);
        let is_full = lines.len() == most;
        if let Some((line, taken)) = lines.last_mut() {
            if *taken + space + wide <= width {
                line.push(' ');
                line.push_str(word);
                *taken += space + wide;
                continue;
            }
            if is_full {
                shorten(line, *taken, (face, width));
                break;
            }
        }
        lines.push((word.to_owned(), wide));
    }
    lines.into_iter().map(|(line, _)| line).collect()
}

/// Takes words off a line until an ellipsis has room.
fn shorten(line: &mut String, mut taken: f32, (face, width): (Face, f32)) {
    while taken + face.size > width {
        let Some((rest, word)) = line.rsplit_once(' ') else {
            break;
        };
        taken -= width_of(word, face);
        *line = rest.to_owned();
    }
    *line = line.trim_end_matches([',', '.', ';', ':', '·', ' ']).to_owned();
    line.push('…');
}

/// How wide a word is.
fn width_of(word: &str, face: Face) -> f32 {
    let Face { name, size } = face;
    let word = escaped(word);
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\">\
         <text font-family=\"{name}\" font-size=\"{size}\">{word}</text></svg>"
    );
    let drawn = Tree::from_str(&svg, &options());
    drawn.map_or(0.0, |drawn| drawn.root().abs_bounding_box().width())
}

/// Text as it may stand in XML, which has no control characters at all.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars().filter(|letter| !letter.is_control()) {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACE: Face = Face {
        name: SERIF,
        size: 72.0,
    };

    #[test]
    fn words_go_on_lines_that_are_not_too_wide() {
        let text = "Nine towns, one quiet way to move.";

        let found = lines(text, FACE, (600.0, 3));

        assert!(found.len() > 1, "{found:?}");
        assert_eq!(found.join(" "), text);
        for line in &found {
            assert!(
                width_of(line, FACE) <= 610.0,
                "{line} is {} wide",
                width_of(line, FACE)
            );
        }
    }

    #[test]
    fn what_has_no_room_ends_with_an_ellipsis() {
        let found = lines(&"Where the river, slowly, turns. ".repeat(20), FACE, (600.0, 2));

        assert_eq!(found.len(), 2);
        assert!(
            found[1].ends_with('…') && width_of(&found[1], FACE) <= 600.0,
            "{found:?}"
        );
        assert_eq!(lines("", FACE, (600.0, 2)), Vec::<String>::new());
    }

    #[test]
    fn both_faces_are_there_and_differ() {
        let of = |name| width_of("Hamburg", Face { name, size: 72.0 });

        assert!(of(SERIF) > 100.0 && of(SANS) > 100.0);
        assert!((of(SERIF) - of(SANS)).abs() > 1.0);
        assert!(width_of("<&\u{1}>", FACE) > 10.0, "it is read as text");
    }
}
