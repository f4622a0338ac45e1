//! A drawing in one colour.
//!
//! It is kept as outlines and nothing else, and is filled with the colour of what is written beside it: so it is read by
//! day and by night, and has nothing in it that could run.

use std::{fmt, str::FromStr};

use roxmltree::{Document, Node};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A drawing in one colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// The part of the plane that is shown, as SVG writes it.
    view_box: String,
    /// Its width in hundredths of its height.
    width: u32,
    outlines: Vec<Outline>,
}

/// One outline of a drawing, which is filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Its path, as SVG writes it.
    pub d: String,
    /// Whether what lies in an even number of its lines is left empty.
    pub is_even_odd: bool,
}

/// Why a text is no drawing of ours. Reads as the end of "the drawing …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DrawingError {
    /// Longer than a logo is.
    #[error("must be at most 16,000 letters long")]
    TooLong,
    /// Not XML, or XML of something else.
    #[error("must be an SVG file")]
    NoSvg,
    /// It does not say what of the plane it shows, or is a stripe.
    #[error(
        "must have a viewBox that is at most ten times as wide as high, and at most twice as high as wide"
    )]
    NoViewBox,
    /// Something beside outlines.
    #[error("must be made of outlines alone: it has <{0}>, which has to become a path first")]
    Element(String),
    /// An outline that is moved, cut or drawn as a line.
    #[error("has {0}, which has to become part of a path first")]
    Attribute(&'static str),
    /// A path that draws nothing, or numbers that are none.
    #[error("has a shape whose numbers cannot be read")]
    Shape,
    /// Nothing to be seen.
    #[error("must have 1 to 64 outlines")]
    Count,
}

/// The longest text: drawings of logos have some thousand letters.
const LONGEST: usize = 16_000;

/// More outlines than a logo has.
const MOST: usize = 64;

impl Drawing {
    /// The part of the plane that is shown.
    pub fn view_box(&self) -> &str {
        &self.view_box
    }

    /// How wide it is at a height.
    pub const fn width_at(&self, height: u32) -> u32 {
        (self.width * height).div_ceil(100)
    }

    /// What is filled.
    pub fn outlines(&self) -> &[Outline] {
        &self.outlines
    }
}

impl FromStr for Drawing {
    type Err = DrawingError;

    fn from_str(text: &str) -> Result<Self, DrawingError> {
        if text.len() > LONGEST {
            return Err(DrawingError::TooLong);
        }
        let document = Document::parse(text.trim()).map_err(|_| DrawingError::NoSvg)?;
        let svg = document.root_element();
        if svg.tag_name().name() != "svg" {
            return Err(DrawingError::NoSvg);
        }
        let mut outlines = Vec::new();
        collect(svg, &mut outlines)?;
        if !(1..=MOST).contains(&outlines.len()) {
            return Err(DrawingError::Count);
        }
        let [x, y, width, height] = shown(svg).ok_or(DrawingError::NoViewBox)?;
        Ok(Self {
            view_box: format!("{x} {y} {width} {height}"),
            width: (width / height * 100.0).round() as u32,
            outlines,
        })
    }
}

/// What is shown: the view box, or else all that is as wide and high as the drawing says.
fn shown(svg: Node<'_, '_>) -> Option<[f64; 4]> {
    let size = |name| svg.attribute(name)?.trim_end_matches("px").parse::<f64>().ok();
    let edges = match svg.attribute("viewBox") {
        Some(text) => numbers(text)?.try_into().ok()?,
        None => [0.0, 0.0, size("width")?, size("height")?],
    };
    let [.., width, height] = edges;
    let is_seen = edges.iter().all(|edge| edge.abs() < 1e6) && width > 0.01 && height > 0.01;
    let is_shape = (0.5..=10.0).contains(&(width / height));
    (is_seen && is_shape).then_some(edges)
}

fn numbers(text: &str) -> Option<Vec<f64>> {
    let words = text.split([' ', ',', '\n', '\t']).filter(|word| !word.is_empty());
    let numbers: Option<Vec<f64>> = words.map(|word| word.parse().ok()).collect();
    numbers.filter(|numbers| numbers.iter().all(|number: &f64| number.is_finite()))
}

/// Gathers the outlines of an element, in the order they are drawn.
fn collect(element: Node<'_, '_>, outlines: &mut Vec<Outline>) -> Result<(), DrawingError> {
    for child in element.children().filter(Node::is_element) {
        refuse_effects(child)?;
        match child.tag_name().name() {
            "g" => collect(child, outlines)?,
            "title" | "desc" | "metadata" => {}
            name => {
                let d = outline(child, name)?.ok_or_else(|| DrawingError::Element(name.to_owned()))?;
                let rule = child.attribute("fill-rule");
                outlines.push(Outline {
                    d,
                    is_even_odd: rule == Some("evenodd"),
                });
            }
        }
        if outlines.len() > MOST {
            return Err(DrawingError::Count);
        }
    }
    Ok(())
}

/// What would make an outline look different from its path.
fn refuse_effects(element: Node<'_, '_>) -> Result<(), DrawingError> {
    for name in ["transform", "clip-path", "mask", "filter", "style", "class"] {
        if element.has_attribute(name) {
            return Err(DrawingError::Attribute(name));
        }
    }
    if element.attribute("fill") == Some("none") {
        return Err(DrawingError::Attribute("a line without a filling"));
    }
    match element.attribute("stroke") {
        None | Some("none") => Ok(()),
        Some(_) => Err(DrawingError::Attribute("a stroke")),
    }
}

/// The path round a shape; none for what is no shape.
fn outline(shape: Node<'_, '_>, name: &str) -> Result<Option<String>, DrawingError> {
    let number = |name| {
        shape
            .attribute(name)
            .map_or(Some(0.0), |text| text.trim().parse::<f64>().ok())
    };
    let read = |name| {
        number(name)
            .filter(|number: &f64| number.is_finite())
            .ok_or(DrawingError::Shape)
    };
    Ok(Some(match name {
        "path" => path(shape.attribute("d").unwrap_or_default())?,
        "circle" => ellipse((read("cx")?, read("cy")?), (read("r")?, read("r")?)),
        "ellipse" => ellipse((read("cx")?, read("cy")?), (read("rx")?, read("ry")?)),
        "rect" if shape.has_attribute("rx") || shape.has_attribute("ry") => {
            return Err(DrawingError::Attribute("round corners"));
        }
        "rect" => {
            let (x, y, width, height) = (read("x")?, read("y")?, read("width")?, read("height")?);
            format!("M{x} {y}h{width}v{height}h{}Z", -width)
        }
        "polygon" => {
            let points = numbers(shape.attribute("points").unwrap_or_default()).ok_or(DrawingError::Shape)?;
            let corners: Vec<_> = points
                .chunks_exact(2)
                .map(|at| format!("{} {}", at[0], at[1]))
                .collect();
            format!("M{}Z", corners.join("L"))
        }
        _ => return Ok(None),
    }))
}

fn ellipse((x, y): (f64, f64), (across, down): (f64, f64)) -> String {
    let (left, width) = (x - across, 2.0 * across);
    format!(
        "M{left} {y}a{across} {down} 0 1 0 {width} 0a{across} {down} 0 1 0 {} 0Z",
        -width
    )
}

/// A path is letters and numbers, and begins somewhere.
fn path(d: &str) -> Result<String, DrawingError> {
    let d = d.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_known = |letter: char| "MmLlHhVvCcSsQqTtAaZzEe0123456789.,+- ".contains(letter);
    let is_one = d.starts_with(['M', 'm']) && d.len() > 2 && d.chars().all(is_known);
    is_one.then_some(d).ok_or(DrawingError::Shape)
}

/// As an SVG file, which is read as the same drawing.
impl fmt::Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{}\">",
            self.view_box
        )?;
        for Outline { d, is_even_odd } in &self.outlines {
            let rule = if *is_even_odd {
                " fill-rule=\"evenodd\""
            } else {
                ""
            };
            write!(f, "<path d=\"{d}\"{rule}/>")?;
        }
        f.write_str("</svg>")
    }
}

impl Serialize for Drawing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Drawing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(inside: &str) -> Result<Drawing, DrawingError> {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 20 10\">{inside}</svg>").parse()
    }

    #[test]
    fn a_drawing_is_kept_as_outlines_and_read_again() {
        let drawing = drawn(
            "<title>Roof</title><g fill=\"#123\"><path d=\"M0 0\n L10 0 5,5z\" fill-rule=\"evenodd\"/>\
             <circle cx=\"4\" cy=\"4\" r=\"2\"/><rect width=\"3\" height=\"2\"/><polygon points=\"0,0 1,0 1,1\"/></g>",
        )
        .unwrap();

        assert_eq!(
            drawing.to_string(),
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 20 10\">\
             <path d=\"M0 0 L10 0 5,5z\" fill-rule=\"evenodd\"/>\
             <path d=\"M2 4a2 2 0 1 0 4 0a2 2 0 1 0 -4 0Z\"/><path d=\"M0 0h3v2h-3Z\"/><path d=\"M0 0L1 0L1 1Z\"/></svg>"
        );
        assert_eq!(drawing.to_string().parse(), Ok(drawing.clone()));
        assert_eq!(drawing.width_at(36), 72);
    }

    #[test]
    fn what_is_more_than_outlines_is_refused_by_its_name() {
        let path = "<path d=\"M0 0h1v1z\"/>";
        for (inside, said) in [
            ("<script>alert(1)</script>", "<script>"),
            ("<text>Hi</text>", "<text>"),
            ("<image href=\"https://elsewhere.example/a.png\"/>", "<image>"),
            ("<use href=\"#a\"/>", "<use>"),
            ("<foreignObject/>", "<foreignObject>"),
            (
                "<g transform=\"scale(2)\"><path d=\"M0 0h1v1z\"/></g>",
                "transform",
            ),
            (
                "<path d=\"M0 0h1\" fill=\"none\" stroke=\"#000\"/>",
                "a line without a filling",
            ),
            ("<path d=\"M0 0h1\" stroke=\"#000\"/>", "a stroke"),
            ("<path d=\"M0 0h1\" style=\"fill:none\"/>", "style"),
            ("<path d=\"url(javascript:alert(1))\"/>", "numbers cannot be read"),
            ("<path d=\"M\"/>", "numbers cannot be read"),
            ("<circle r=\"NaN\"/>", "numbers cannot be read"),
            ("", "1 to 64 outlines"),
            (&path.repeat(65), "1 to 64 outlines"),
            (&path.repeat(1_000), "16,000 letters"),
        ] {
            let refused = drawn(inside).unwrap_err().to_string();
            assert!(refused.contains(said), "{inside}: {refused}");
        }
    }

    #[test]
    fn what_is_no_svg_is_refused() {
        let path = "<path d='M0 0h1v1z'/>";
        for text in [
            "",
            "a",
            "<html/>",
            "<svg",
            "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>",
        ] {
            let refused = text.parse::<Drawing>().unwrap_err();
            assert_eq!(refused, DrawingError::NoSvg, "{text}");
        }
        for size in [
            "",
            "viewBox='0 0 0 10'",
            "viewBox='0 0 a 10'",
            "width='300' height='10'",
            "width='10' height='30'",
        ] {
            let refused = format!("<svg {size}>{path}</svg>")
                .parse::<Drawing>()
                .unwrap_err();
            assert_eq!(refused, DrawingError::NoViewBox, "{size}");
        }
        assert!(
            format!("<svg width='24px' height='24'>{path}</svg>")
                .parse::<Drawing>()
                .is_ok()
        );
    }
}
