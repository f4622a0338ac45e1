use std::path::PathBuf;

use db::testing::tamper_with_the_trail;
use jiff::SignedDuration;
use server::{
    Secrets,
    trail::{self, Signer, TrailKeys},
};
use tempfile::TempDir;
use types::{AuditAction, AuditStatus};

use super::{Verification, Witnesses, keeper, verify};
use crate::{Refusal, testing::Console};

/// A console whose trail has six lines and is signed after the third and the sixth.
pub(super) struct Archive {
    pub(super) console: Console,
    pub(super) keys: TrailKeys,
    folder: TempDir,
}

impl Archive {
    pub(super) async fn new() -> Self {
        let archive = Self {
            console: Console::new().await,
            keys: TrailKeys::of(&Secrets::random()),
            folder: TempDir::new().unwrap(),
        };
        for _ in 0..2 {
            for _ in 0..3 {
                archive.write().await;
            }
            archive.sign().await;
        }
        archive
    }

    /// Writes a line.
    pub(super) async fn write(&self) {
        let acting = self.console.shell();
        drop(acting.attempt(AuditAction::SeedLoad, None).await.unwrap());
    }

    pub(super) fn file(&self) -> PathBuf {
        self.folder.path().join("checkpoints.jsonl")
    }

    pub(super) async fn sign(&self) {
        let acting = self.console.shell();
        let signer = Signer {
            keys: &self.keys,
            file: &self.file(),
        };
        let signed = trail::sign_end(acting.db, acting.platform, signer, acting.now).await;
        signed.unwrap().expect("the trail has grown");
    }

    pub(super) async fn tamper(&self, statements: &[&str]) {
        tamper_with_the_trail(&self.console.test.db, statements).await;
    }

    pub(super) async fn verify(&self) -> Verification {
        let file = trail::kept(&self.file()).await.unwrap();
        let witnesses = Witnesses {
            keys: &self.keys,
            file: file.as_ref(),
        };
        verify(&self.console.shell(), witnesses).await.unwrap()
    }

    /// Where the trail breaks, and why.
    pub(super) async fn broken(&self) -> (i64, String) {
        let broken = self.verify().await.broken.expect("the trail is broken");
        (broken.seq, broken.why)
    }
}

#[tokio::test]
async fn a_trail_that_nobody_touched_is_whole() {
    let archive = Archive::new().await;

    let found = archive.verify().await;

    assert_eq!((found.whole, found.lines, found.checkpoints), (true, 6, 4));
}

#[tokio::test]
async fn a_line_that_was_changed_is_named() {
    for change in [
        "actor_id = 'cli:bob'",
        "status = 'denied'",
        "details = '{\"a\":1}'",
        "action = 'nonsense'",
    ] {
        let archive = Archive::new().await;

        archive
            .tamper(&[&format!("UPDATE admin_audit_events SET {change} WHERE seq = 4")])
            .await;

        assert_eq!(archive.broken().await.0, 4, "{change}");
    }
}

#[tokio::test]
async fn a_line_that_was_removed_is_named() {
    let archive = Archive::new().await;

    archive
        .tamper(&["DELETE FROM admin_audit_events WHERE seq = 2"])
        .await;

    assert_eq!(
        archive.broken().await,
        (2, "line 2 is missing: 3 follows".to_owned())
    );
}

#[tokio::test]
async fn lines_that_changed_places_are_named() {
    let archive = Archive::new().await;

    archive
        .tamper(&[
            "UPDATE admin_audit_events SET seq = 100 WHERE seq = 2",
            "UPDATE admin_audit_events SET seq = 2 WHERE seq = 5",
            "UPDATE admin_audit_events SET seq = 5 WHERE seq = 100",
        ])
        .await;

    assert_eq!(archive.broken().await.0, 2);
}

#[tokio::test]
async fn an_end_that_was_cut_off_is_seen_by_the_head_and_by_the_checkpoints() {
    let archive = Archive::new().await;

    archive
        .tamper(&["DELETE FROM admin_audit_events WHERE seq > 4"])
        .await;
    let by_the_head = archive.broken().await;
    archive
        .tamper(&[
            "UPDATE admin_audit_head SET seq = 4, hash = (SELECT hash FROM admin_audit_events WHERE seq = 4)",
            "DELETE FROM admin_audit_checkpoints WHERE seq > 4",
        ])
        .await;
    let by_the_file = archive.broken().await;

    assert_eq!(by_the_head.0, 5);
    assert!(
        by_the_head.1.contains("the chain went on to there"),
        "{}",
        by_the_head.1
    );
    assert_eq!(by_the_file.0, 5);
    assert!(by_the_file.1.contains("saw them"), "{}", by_the_file.1);
}

#[tokio::test]
async fn a_trail_whose_end_is_gone_is_broken_and_takes_no_further_line() {
    let archive = Archive::new().await;

    archive.tamper(&["DELETE FROM admin_audit_head"]).await;

    let (seq, why) = archive.broken().await;
    assert_eq!(seq, 6);
    assert!(why.contains("admin_audit_head is gone"), "{why}");
    let acting = archive.console.shell();
    let refused = acting.attempt(AuditAction::SeedLoad, None).await.map(drop);
    let Err(Refusal::Database(db::Error::TrailWithoutEnd)) = refused else {
        panic!("{refused:?}")
    };
}

#[tokio::test]
async fn lines_that_a_checkpoint_saw_are_missed_without_the_end_too() {
    let archive = Archive::new().await;

    archive
        .tamper(&[
            "DELETE FROM admin_audit_head",
            "DELETE FROM admin_audit_events WHERE seq > 4",
        ])
        .await;

    let (seq, why) = archive.broken().await;
    assert_eq!(seq, 5);
    assert!(why.contains("saw them"), "{why}");
}

#[tokio::test]
async fn a_line_of_the_file_that_is_no_checkpoint_is_named_and_spoils_no_other() {
    let archive = Archive::new().await;
    let mut text = std::fs::read_to_string(archive.file()).unwrap();
    text.truncate(text.len() - 9);
    std::fs::write(archive.file(), text).unwrap();
    drop(
        archive
            .console
            .shell()
            .attempt(AuditAction::SeedLoad, None)
            .await
            .unwrap(),
    );
    archive.sign().await;

    let found = archive.verify().await;

    assert_eq!((found.whole, found.checkpoints), (false, 5));
    let why = found.broken.unwrap().why;
    assert!(why.starts_with("line 2 of the file of checkpoints"), "{why}");
}

#[tokio::test]
async fn a_past_that_was_written_anew_contradicts_what_was_signed() {
    let archive = Archive::new().await;
    let forged = Archive::new().await;

    // The same number of lines, each with its right hash, of another day.
    archive
        .tamper(&[
            "DELETE FROM admin_audit_events",
            "DELETE FROM admin_audit_checkpoints",
        ])
        .await;
    archive
        .tamper(&["UPDATE admin_audit_head SET seq = 0, hash = '0000000000000000000000000000000000000000000000000000000000000000'"])
        .await;
    archive.console.clock.advance(SignedDuration::from_hours(1));
    for _ in 0..6 {
        let acting = archive.console.shell();
        drop(acting.attempt(AuditAction::SeedLoad, None).await.unwrap());
    }

    let (seq, why) = archive.broken().await;

    assert_eq!(seq, 1);
    assert!(why.starts_with("lines 1 to 3 were written anew"), "{why}");
    assert!(forged.verify().await.whole);
}

#[tokio::test]
async fn a_checkpoint_that_somebody_else_signed_is_none() {
    let archive = Archive::new().await;

    archive
        .tamper(&["UPDATE admin_audit_checkpoints SET signature = 'ab' WHERE seq = 3"])
        .await;

    let (seq, why) = archive.broken().await;
    assert_eq!(seq, 3);
    assert!(why.contains("not ours"), "{why}");
}

#[tokio::test]
async fn lines_beside_the_chain_are_counted() {
    let archive = Archive::new().await;

    archive
        .tamper(&[
            "UPDATE admin_audit_head SET seq = 5, hash = (SELECT hash FROM admin_audit_events WHERE seq = 5)",
            "UPDATE admin_audit_events SET seq = NULL, hash = NULL WHERE seq = 6",
            "DELETE FROM admin_audit_checkpoints WHERE seq = 6",
        ])
        .await;
    std::fs::remove_file(archive.file()).unwrap();

    let (_, why) = archive.broken().await;
    assert_eq!(why, "1 lines stand outside the chain, where there were 0");
}

#[tokio::test]
async fn the_keeper_signs_the_end_and_closes_what_never_ended() {
    let archive = Archive::new().await;
    archive.console.clock.advance(SignedDuration::from_mins(20));

    keeper::look(&archive.console.shell(), &archive.keys, &archive.file())
        .await
        .unwrap();
    keeper::look(&archive.console.shell(), &archive.keys, &archive.file())
        .await
        .unwrap();

    let events = archive.console.events().await;
    let failed: Vec<_> = events
        .iter()
        .filter(|event| event.status == AuditStatus::Failed)
        .collect();
    assert_eq!(failed.len(), 6, "each attempt is closed once");
    assert_eq!(failed[0].attempt_id, Some(events[0].id));
    let found = archive.verify().await;
    assert_eq!((found.whole, found.lines, found.checkpoints), (true, 12, 6));
}
