//! The tables of the queue: what each did, and how far ours is from its aims.

use super::{
    Beside, Ours, Round,
    peers::{GRAPHILE, Measured},
};
use crate::{
    installation::Engine,
    report::{Report, median},
};

/// Adds the tables of one database.
pub(super) fn add(report: &mut Report, engine: &Engine, jobs: u64, rounds: &[Round]) {
    report.table(
        &format!("The queue on {}, {jobs} jobs", engine.name()),
        &[
            "queue",
            "jobs are",
            "enqueued/s",
            "drained/s",
            "idle p50 ms",
            "idle p99 ms",
        ],
        &rates(rounds),
    );
    report.note(
        "Medians. Enqueued one by one, each its own commit: by one caller or 16, what is better, at the peers; by 64 at \
         ours. Idle is from enqueuing to the handler's start at the peers, to hearing that the effects are committed at \
         ours.",
    );
    report.table(
        &format!("The queue's aims on {}", engine.name()),
        &["ours", "beside", "aim", "reached"],
        &aims(engine, rounds),
    );
}

fn rates(rounds: &[Round]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let Some(first) = rounds.first() else {
        return rows;
    };
    for place in 0..first.peers.len() {
        rows.push(peer(rounds.iter().map(|round| &round.peers[place]), "empty"));
    }
    for place in 0..first.peers_with_effects.len() {
        let besides = rounds.iter().map(|round| &round.peers_with_effects[place]);
        rows.push(peer(besides, "with effects"));
    }
    let of = |value: fn(&Ours) -> f64| median(rounds.iter().map(|round| value(&round.ours)).collect());
    let row = |name: &str, jobs: &str, numbers: [Option<f64>; 4]| {
        let mut cells = vec![name.to_owned(), jobs.to_owned()];
        cells.extend(
            numbers
                .iter()
                .zip([0, 0, 1, 1])
                .map(|(number, digits)| cell(*number, digits)),
        );
        cells
    };
    rows.push(row(
        "**ours**",
        "with effects",
        [
            Some(of(|ours| ours.enqueued)),
            Some(of(|ours| ours.drained)),
            Some(of(|ours| ours.waited.p50)),
            Some(of(|ours| ours.waited.p99)),
        ],
    ));
    rows.push(row(
        "ours",
        "empty",
        [None, Some(of(|ours| ours.marked)), None, None],
    ));
    rows.push(row(
        "the same rows, written bare",
        "–",
        [None, Some(of(|ours| ours.bare)), None, None],
    ));
    rows
}

/// The row of one peer over all rounds.
fn peer<'a>(besides: impl Iterator<Item = &'a Beside> + Clone, jobs: &str) -> Vec<String> {
    let measured: Vec<&Measured> = besides
        .clone()
        .filter_map(|beside| beside.measured.as_ref().ok())
        .collect();
    let name = besides.clone().next().map_or("", |beside| beside.peer.name);
    let Some(first) = measured.first() else {
        let reasons = besides.filter_map(|beside| beside.measured.as_ref().err()).next();
        let reason = reasons.map_or("", String::as_str);
        let cells = [name, jobs, "–", &format!("not measured: {reason}"), "–", "–"];
        return cells.map(str::to_owned).to_vec();
    };
    let lasting = if besides.clone().all(|beside| beside.peer.is_durable) {
        ""
    } else {
        ", not durable"
    };
    let of = |value: fn(&Measured) -> Option<f64>| {
        let numbers: Vec<f64> = measured.iter().filter_map(|measured| value(measured)).collect();
        (!numbers.is_empty()).then(|| median(numbers))
    };
    vec![
        format!("{name} {}{lasting}", first.version),
        jobs.to_owned(),
        cell(of(|measured| Some(measured.enqueued())), 0),
        cell(of(|measured| Some(measured.drained)), 0),
        cell(of(|measured| measured.p50), 1),
        cell(of(|measured| measured.p99), 1),
    ]
}

fn cell(number: Option<f64>, digits: usize) -> String {
    number.map_or("–".to_owned(), |number| format!("{number:.digits$}"))
}

/// One line for each aim.
fn aims(engine: &Engine, rounds: &[Round]) -> Vec<Vec<String>> {
    let with_effects = |ours: &Ours| ours.drained;
    let mut lines = match engine {
        Engine::Postgres(_) => vec![
            aim(
                "drain with effects",
                "graphile-worker with effects, a transaction for each job",
                "≥ 8 ×",
                ratio(rounds, with_effects, |round| {
                    of_graphile(&round.peers_with_effects)
                }),
            ),
            aim(
                "drain with effects",
                "pg-boss with effects, one statement for 500 jobs",
                "–",
                ratio(rounds, with_effects, |round| {
                    best(&round.peers_with_effects, drained)
                }),
            ),
            aim(
                "drain with effects",
                "graphile-worker, empty jobs",
                "≥ 0.25 ×",
                ratio(rounds, with_effects, |round| of_graphile(&round.peers)),
            ),
            aim(
                "drain of empty jobs",
                "graphile-worker, empty jobs",
                "≥ 1 ×",
                ratio(rounds, |ours| ours.marked, |round| of_graphile(&round.peers)),
            ),
        ],
        Engine::Sqlite => vec![aim(
            "drain with effects",
            "the fastest durable peer, empty jobs",
            "≥ 3 ×",
            ratio(rounds, with_effects, |round| best(&round.peers, drained)),
        )],
    };
    lines.extend(aims_of_both(rounds));
    lines
}

fn aims_of_both(rounds: &[Round]) -> [Vec<String>; 4] {
    let middle = |value: fn(&Ours) -> f64| median(rounds.iter().map(|round| value(&round.ours)).collect());
    [
        aim(
            "drain with effects",
            "the same rows, written bare",
            "≥ 0.6 ×",
            ratio(rounds, |ours| ours.drained, |round| Some(round.ours.bare)),
        ),
        aim(
            "enqueue by 64 callers",
            "the best durable peer's single inserts",
            "≥ 5 ×",
            ratio(
                rounds,
                |ours| ours.enqueued,
                |round| best(&round.peers, Measured::enqueued),
            ),
        ),
        aim(
            "idle, enqueue to effect",
            "p50 and p99",
            "< 3 and < 10 ms",
            format!(
                "{:.1} and {:.1} ms",
                middle(|ours| ours.waited.p50),
                middle(|ours| ours.waited.p99)
            ),
        ),
        aim(
            "the worker's memory",
            "at most",
            "< 64 MiB",
            format!("{:.0} MiB", middle(|ours| ours.peak_mebibytes)),
        ),
    ]
}

fn aim(ours: &str, beside: &str, aim: &str, reached: String) -> Vec<String> {
    vec![ours.to_owned(), beside.to_owned(), aim.to_owned(), reached]
}

/// The median of the rounds' ratios; a round counts when the other was measured in it.
fn ratio(rounds: &[Round], ours: impl Fn(&Ours) -> f64, beside: impl Fn(&Round) -> Option<f64>) -> String {
    let ratios: Vec<f64> = rounds
        .iter()
        .filter_map(|round| Some(ours(&round.ours) / beside(round)?))
        .collect();
    if ratios.is_empty() {
        "not measured".to_owned()
    } else {
        format!("{:.2} ×", median(ratios))
    }
}

const fn drained(measured: &Measured) -> f64 {
    measured.drained
}

/// The best of the durable peers that were measured.
fn best(besides: &[Beside], value: impl Fn(&Measured) -> f64) -> Option<f64> {
    besides
        .iter()
        .filter(|beside| beside.peer.is_durable)
        .filter_map(|beside| beside.measured.as_ref().ok())
        .map(value)
        .max_by(f64::total_cmp)
}

fn of_graphile(besides: &[Beside]) -> Option<f64> {
    let graphile = besides.iter().find(|beside| beside.peer.name == GRAPHILE)?;
    graphile.measured.as_ref().ok().map(drained)
}
