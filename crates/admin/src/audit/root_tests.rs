use db::platform::audit::{self as rows, Checkpoint};
use jiff::SignedDuration;
use serde_json::json;
use types::{
    AuditAction, AuditEvent, AuditEventId, AuditStatus, ChainLink, Clock as _, audit_proof::SealedRoot,
};

use super::{
    proof_tests::{ids, proof_of},
    prove,
    verify_tests::Archive,
};

/// The code of the reason why there is no proof.
async fn refused(archive: &Archive, seq: usize) -> &'static str {
    proof_of(archive, seq).await.unwrap_err().code()
}

/// Every checkpoint loses its root, as those have none that were signed before there were roots.
async fn sign_as_before(archive: &Archive) {
    let acting = archive.console.shell();
    let mut tx = acting.db.read(acting.platform).await.unwrap();
    let signed = rows::checkpoints(&mut tx, acting.platform).await.unwrap();
    drop(tx);
    replace_checkpoints(archive, signed, |checkpoint| Checkpoint {
        root: None,
        ..checkpoint
    })
    .await;
}

/// Writes the checkpoints anew, as somebody with our own key would, and removes the file.
async fn replace_checkpoints(
    archive: &Archive,
    signed: Vec<Checkpoint>,
    change: impl Fn(Checkpoint) -> Checkpoint,
) {
    archive.tamper(&["DELETE FROM admin_audit_checkpoints"]).await;
    std::fs::remove_file(archive.file()).unwrap();
    let acting = archive.console.shell();
    let mut tx = acting.db.write(acting.platform).await.unwrap();
    for checkpoint in signed {
        let forged = archive.keys.without_the_seal(change(checkpoint));
        rows::insert_checkpoint(&mut tx, acting.platform, &forged)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_line_that_no_root_is_made_of_has_no_proof() {
    let archive = Archive::new().await;
    sign_as_before(&archive).await;
    let before = archive.verify().await;
    archive.write().await;
    let unsigned = refused(&archive, 7).await;
    archive.sign().await;

    let after = archive.verify().await;

    assert_eq!(
        (before.whole, before.checkpoints, before.provable),
        (true, 2, 0),
        "{before:?}"
    );
    assert_eq!(unsigned, "not_signed_yet");
    assert_eq!(refused(&archive, 6).await, "no_root");
    assert_eq!(proof_of(&archive, 7).await.unwrap().checkpoint.first_seq, 7);
    assert_eq!(
        (after.whole, after.lines, after.provable),
        (true, 7, 1),
        "{after:?}"
    );
    archive
        .tamper(&["UPDATE admin_audit_events SET seq = NULL, hash = NULL WHERE seq = 1"])
        .await;
    let nobodys = "01930000-0000-7000-8000-0000000000ff".parse().unwrap();
    let missing = prove(&archive.console.shell(), nobodys).await.unwrap_err();
    assert_eq!(missing.code(), "not_found");
    let first = archive.console.events().await[0].id;
    let unchained = prove(&archive.console.shell(), first).await.unwrap_err();
    assert_eq!(unchained.code(), "not_chained");
}

#[tokio::test]
async fn an_end_whose_lines_are_not_all_there_is_signed_without_a_root() {
    let archive = Archive::new().await;
    for _ in 0..3 {
        archive.write().await;
    }
    archive
        .tamper(&["DELETE FROM admin_audit_events WHERE seq = 8"])
        .await;

    archive.sign().await;

    let (seq, _) = archive.broken().await;
    assert_eq!(seq, 8);
    let ninth = ids(&archive).await[7];
    let refused = prove(&archive.console.shell(), ninth).await.unwrap_err();
    assert_eq!(refused.code(), "no_root");
    archive.write().await;
    archive.sign().await;
    let id = *ids(&archive).await.last().unwrap();
    let proof = prove(&archive.console.shell(), id).await.unwrap();
    assert_eq!((proof.checkpoint.first_seq, proof.checkpoint.last_seq), (10, 10));
}

#[tokio::test]
async fn a_trail_that_is_cut_off_and_written_on_is_found_by_its_roots_too() {
    let archive = Archive::new().await;
    let acting = archive.console.shell();
    let mut tx = acting.db.read(acting.platform).await.unwrap();
    let signed = rows::checkpoints(&mut tx, acting.platform).await.unwrap();
    drop(tx);
    archive
        .tamper(&[
            "DELETE FROM admin_audit_events WHERE seq > 3",
            "UPDATE admin_audit_head SET seq = 3, hash = (SELECT hash FROM admin_audit_events WHERE seq = 3)",
        ])
        .await;
    archive.console.clock.advance(SignedDuration::from_hours(1));
    for _ in 0..3 {
        archive.write().await;
    }
    let end = ends_at(&archive).await;

    // Whoever did it has the key of checkpoints, and signs the new end; the root they cannot seal.
    replace_checkpoints(&archive, signed.clone(), |checkpoint| match checkpoint.link.seq {
        6 => Checkpoint {
            link: end.clone(),
            ..checkpoint
        },
        _ => checkpoint,
    })
    .await;
    let by_the_old_root = archive.broken().await;
    std::fs::write(archive.file(), "").unwrap();
    replace_checkpoints(&archive, signed, |checkpoint| match checkpoint.link.seq {
        6 => Checkpoint {
            link: end.clone(),
            root: checkpoint.root.map(|root| SealedRoot {
                root: "0".repeat(64),
                ..root
            }),
            ..checkpoint
        },
        _ => checkpoint,
    })
    .await;
    let by_the_seal = archive.broken().await;

    assert_eq!(by_the_old_root.0, 4);
    assert!(
        by_the_old_root
            .1
            .starts_with("lines 4 to 6 are not those that the root of"),
        "{}",
        by_the_old_root.1
    );
    assert_eq!(by_the_seal.0, 6);
    assert!(
        by_the_seal.1.starts_with("the root of the checkpoint"),
        "{}",
        by_the_seal.1
    );
}

async fn ends_at(archive: &Archive) -> ChainLink {
    let acting = archive.console.shell();
    let mut tx = acting.db.read(acting.platform).await.unwrap();
    rows::head(&mut tx, acting.platform).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_root_is_neither_changed_nor_taken_off_unseen() {
    for change in [
        "root = NULL",
        "first_seq = NULL",
        "first_seq = 1",
        "root = hash",
        "root_signature = signature",
        "public_key = hash",
    ] {
        let archive = Archive::new().await;
        std::fs::remove_file(archive.file()).unwrap();

        archive
            .tamper(&[&format!(
                "UPDATE admin_audit_checkpoints SET {change} WHERE seq = 6"
            )])
            .await;

        let (seq, why) = archive.broken().await;
        assert_eq!(seq, 6, "{change}");
        assert!(why.contains("not ours"), "{change}: {why}");
    }
}

#[tokio::test]
async fn very_many_lines_are_signed_in_pieces() {
    let archive = Archive::new().await;
    let acting = archive.console.shell();
    let mut tx = acting.db.write(acting.platform).await.unwrap();
    for _ in 0..4_100 {
        let line = AuditEvent {
            id: AuditEventId::new(acting.ids),
            occurred_at: archive.console.clock.now(),
            actor: acting.actor.clone(),
            action: AuditAction::SeedLoad,
            status: AuditStatus::Succeeded,
            tenant_id: None,
            details: json!({}),
            request_id: None,
            attempt_id: None,
        };
        rows::record(&mut tx, acting.platform, &line).await.unwrap();
    }
    tx.commit().await.unwrap();

    archive.sign().await;

    let verified = archive.verify().await;
    assert_eq!(
        (
            verified.whole,
            verified.lines,
            verified.provable,
            verified.checkpoints
        ),
        (true, 4_106, 4_106, 8),
        "{verified:?}"
    );
    let ids = ids(&archive).await;
    for (seq, lines, steps) in [
        (7, (7, 4_102), 12),
        (4_102, (7, 4_102), 12),
        (4_103, (4_103, 4_106), 2),
    ] {
        let proof = prove(&archive.console.shell(), ids[seq - 1]).await.unwrap();
        let signed = &proof.checkpoint;
        assert_eq!((signed.first_seq, signed.last_seq), lines, "{seq}");
        assert_eq!(proof.path.len(), steps, "{seq}");
    }
}
