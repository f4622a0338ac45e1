//! The settings of the queue's worker and its commands.

use std::time::Duration;

use super::reader::{Reader, VARIABLES};

/// How the worker works. A command's flag beats each of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngestionSettings {
    /// Jobs claimed at once.
    pub batch_size: u32,
    /// Batches that one worker works on at once.
    pub concurrency: u32,
    /// Rounds of a `drain`.
    pub max_loops: u32,
    /// The failure that makes a dead letter.
    pub max_attempts: u32,
    /// How long a claim holds.
    pub lease: Duration,
    /// One JSON object a line instead of words.
    pub output_json: bool,
    pub dead_letters: DeadLetterSettings,
}

impl IngestionSettings {
    /// The variables that these come from.
    pub fn variables() -> impl Iterator<Item = &'static str> {
        VARIABLES
            .iter()
            .copied()
            .filter(|name| name.starts_with("INGESTION_"))
    }
}

/// Which dead letters the commands speak of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetterSettings {
    pub job_id: Option<String>,
    pub tenant_id: Option<String>,
    pub limit: u32,
    pub offset: u32,
    pub include_payload: bool,
}

pub(super) fn read(reader: &mut Reader<'_>) -> IngestionSettings {
    IngestionSettings {
        batch_size: reader.number("INGESTION_BATCH_SIZE", 25, 1..=1000),
        concurrency: reader.number("INGESTION_CONCURRENCY", 2, 1..=16),
        max_loops: reader.number("INGESTION_MAX_LOOPS", 10, 1..=1_000_000),
        max_attempts: reader.number("INGESTION_MAX_ATTEMPTS", 5, 1..=100),
        lease: reader.seconds("INGESTION_LEASE_SECONDS", 60, 1..=3600),
        output_json: reader.flag("INGESTION_OUTPUT_JSON"),
        dead_letters: DeadLetterSettings {
            job_id: reader.text("INGESTION_DEAD_LETTER_JOB_ID"),
            tenant_id: reader.text("INGESTION_DEAD_LETTER_TENANT_ID"),
            limit: reader.number("INGESTION_DEAD_LETTER_LIMIT", 50, 1..=1000),
            offset: reader.number("INGESTION_DEAD_LETTER_OFFSET", 0, 0..=u32::MAX),
            include_payload: reader.flag("INGESTION_DEAD_LETTER_INCLUDE_PAYLOAD"),
        },
    }
}
