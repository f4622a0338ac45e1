//! A small line of the last day, drawn by the server, which says in words what it shows.

/// Its size in pixels, without the half a stroke that would be cut off.
const WIDTH: f64 = 62.0;
const HEIGHT: f64 = 18.0;

/// A line of numbers, hour by hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spark {
    /// The points of the line.
    pub(crate) points: String,
    /// The same for who does not see it.
    pub(crate) words: String,
}

impl Spark {
    /// Draws numbers from the bottom up: the highest touches the top.
    pub(crate) fn of(what: &str, numbers: &[i64]) -> Self {
        let most = numbers.iter().copied().max().unwrap_or(0);
        let step = WIDTH / (numbers.len().max(2) - 1) as f64;
        let points: Vec<String> = numbers
            .iter()
            .enumerate()
            .map(|(at, number)| {
                let share = if most == 0 {
                    0.0
                } else {
                    *number as f64 / most as f64
                };
                format!(
                    "{:.1},{:.1}",
                    1.0 + at as f64 * step,
                    1.0 + HEIGHT * (1.0 - share)
                )
            })
            .collect();
        let now = numbers.last().copied().unwrap_or(0);
        let words = match most {
            0 => format!("{what}, by the hour for a day: none"),
            _ => format!("{what}, by the hour for a day: {most} at most, {now} this hour"),
        };
        Self {
            points: points.join(" "),
            words,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Spark;

    #[test]
    fn the_highest_touches_the_top_and_nothing_lies_flat() {
        let rising = Spark::of("Waiting", &[0, 5, 10]);
        let flat = Spark::of("Waiting", &[0, 0, 0]);

        assert_eq!(rising.points, "1.0,19.0 32.0,10.0 63.0,1.0");
        assert_eq!(
            rising.words,
            "Waiting, by the hour for a day: 10 at most, 10 this hour"
        );
        assert_eq!(flat.points, "1.0,19.0 32.0,19.0 63.0,19.0");
        assert_eq!(flat.words, "Waiting, by the hour for a day: none");
    }
}
