//! Where a WebDriver listens, as it says itself.

use std::{
    io::{BufRead as _, BufReader},
    process::Child,
};

/// Reads what it prints until it names its port, which it does first or never.
pub(crate) fn said_by(child: &mut Child) -> u16 {
    let stdout = child.stdout.take().unwrap();
    let said = BufReader::new(stdout)
        .lines()
        .map_while(Result::ok)
        .find_map(|line| {
            let (_, rest) = line.split_once("successfully on port ")?;
            rest.trim_end_matches('.').parse().ok()
        });
    said.expect("chromedriver says its port")
}
