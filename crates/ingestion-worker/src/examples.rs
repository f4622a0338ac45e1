//! What the help of each command shows: lines to copy.

pub(crate) const ALL: &str = "\
Examples:
  ingestion-worker run
  ingestion-worker drain --until-empty
  ingestion-worker dead-letter list --tenant fairfield --reason invalid_payload
  ingestion-worker dead-letter requeue --tenant fairfield --dry-run

Settings come from the environment and .env; a flag beats its variable.
Exit codes: 0 done, 1 unexpected, or not a dead letter, 2 usage or settings, 3 not found, 4 conflict,
5 a check failed, 6 not confirmed.";

pub(crate) const RUN: &str = "\
Examples:
  ingestion-worker run
  WORKER_ADDR=127.0.0.1:0 INGESTION_BATCH_SIZE=100 ingestion-worker run

It answers GET /healthz, /readyz, /metrics and /version on WORKER_ADDR.";

pub(crate) const DEAD_LETTER: &str = "\
Examples:
  ingestion-worker dead-letter groups
  ingestion-worker dead-letter list --tenant fairfield
  ingestion-worker dead-letter requeue --reason ingestion_failed --dry-run";

pub(crate) const QUEUE: &str = "\
Examples:
  ingestion-worker queue stats
  ingestion-worker queue pause --tenant fairfield
  ingestion-worker queue prune --older-than 30d --dry-run";

pub(crate) const STATS: &str = "\
Examples:
  ingestion-worker queue stats
  ingestion-worker queue stats --hours 1 --json | jq .pending";

pub(crate) const PAUSE: &str = "\
Examples:
  ingestion-worker queue pause
  ingestion-worker queue pause --tenant fairfield";

pub(crate) const RESUME: &str = "\
Examples:
  ingestion-worker queue resume
  ingestion-worker queue resume --tenant fairfield";

pub(crate) const JOB: &str = "\
Examples:
  ingestion-worker job show 0199c5a4-7c1e-7d2b-9f0a-3b8d5e6f7a80
  ingestion-worker job show 0199c5a4-7c1e-7d2b-9f0a-3b8d5e6f7a80 --json | jq .attempts";

pub(crate) const DRAIN: &str = "\
Examples:
  ingestion-worker drain
  ingestion-worker drain --batch-size 500 --until-empty
  ingestion-worker drain --until-empty --max-loops 1000
  ingestion-worker drain --json | jq .totalDeadLettered";

pub(crate) const LIST: &str = "\
Examples:
  ingestion-worker dead-letter list
  ingestion-worker dead-letter list --tenant fairfield --limit 10
  ingestion-worker dead-letter list --reason ingestion_failed --include-payload --json";

pub(crate) const REQUEUE: &str = "\
Examples:
  ingestion-worker dead-letter requeue --job 0199c5a4-7c1e-7d2b-9f0a-3b8d5e6f7a80
  ingestion-worker dead-letter requeue --tenant fairfield --reason ingestion_failed
  ingestion-worker dead-letter requeue --all --dry-run

One job that is not a dead letter leaves with exit code 1.";

pub(crate) const DISCARD: &str = "\
Examples:
  ingestion-worker dead-letter discard --job 0199c5a4-7c1e-7d2b-9f0a-3b8d5e6f7a80 --why 'a test of ours'
  ingestion-worker dead-letter discard --tenant fairfield --reason invalid_payload --why spam --dry-run

Jobs are kept, with their history; they are only never tried again.";

pub(crate) const GROUPS: &str = "\
Examples:
  ingestion-worker dead-letter groups
  ingestion-worker dead-letter groups --tenant fairfield --json | jq .groups[0].pattern";

pub(crate) const PRUNE: &str = "\
Examples:
  ingestion-worker queue prune --older-than 30d --dry-run
  ingestion-worker queue prune --older-than 30d --yes

What goes has had its effect. The audit trail says how many went, and who let them go.";
