use axum::http::StatusCode;
use db::platform::audit as rows;
use serde_json::{Value, json};
use server::{Secrets, seal};
use types::{AuditEventId, AuditProof, OperatorRole, ProofFault};

use super::{prove, verify_tests::Archive};
use crate::{Refusal, testing::Console};

/// Lines of the trail, oldest first: the first one that [`Archive::new`] wrote is line 1.
pub(super) async fn ids(archive: &Archive) -> Vec<AuditEventId> {
    let acting = archive.console.shell();
    let mut tx = acting.db.read(acting.platform).await.unwrap();
    let lines = rows::chain(&mut tx, acting.platform, 0, 10_000).await.unwrap();
    lines.into_iter().map(|line| line.event.id).collect()
}

pub(super) async fn proof_of(archive: &Archive, seq: usize) -> Result<AuditProof, Refusal> {
    let id = ids(archive).await[seq - 1];
    prove(&archive.console.shell(), id).await
}

#[tokio::test]
async fn every_line_is_proved_with_nothing_but_the_public_key() {
    let archive = Archive::new().await;
    let key = archive.keys.public();

    for seq in 1..=6 {
        let text = serde_json::to_string(&proof_of(&archive, seq).await.unwrap()).unwrap();
        let proof: AuditProof = serde_json::from_str(&text).unwrap();

        assert_eq!(seal::check(&proof, Some(&key)), Ok(key), "{seq}");
        let lines = (proof.checkpoint.first_seq, proof.checkpoint.last_seq);
        assert_eq!(lines, if seq <= 3 { (1, 3) } else { (4, 6) });
    }
    let verified = archive.verify().await;
    assert_eq!((verified.whole, verified.provable), (true, 6));
}

/// The places of everything in a document that is no list and no object.
fn places(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| places(value, format!("{at}/{name}"), found)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, value)| places(value, format!("{at}/{index}"), found)),
        _ => found.push(at),
    }
}

/// Other values of the same kind, as near to this one as can be.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Number(number) => {
            let number = number.as_i64().unwrap();
            vec![json!(number + 1), json!(number - 1)]
        }
        Value::Null => vec![json!("tenant_a"), json!("01930000-0000-7000-8000-000000000001")],
        Value::String(text) => {
            let mut digits = text.clone().into_bytes();
            let last = digits.iter().rposition(u8::is_ascii_digit);
            if let Some(last) = last {
                digits[last] = b'0' + (digits[last] - b'0' + 1) % 10;
            }
            let words = [
                String::from_utf8(digits).unwrap(),
                "denied".to_owned(),
                "seed.demo".to_owned(),
                format!("{text} "),
                String::new(),
            ];
            let words = words.into_iter().filter(|word| word != text);
            words.map(Value::String).collect()
        }
        other => panic!("a proof has no {other}"),
    }
}

#[tokio::test]
async fn whatever_is_changed_in_a_proof_it_no_longer_holds() {
    let archive = Archive::new().await;

    for seq in 1..=6 {
        let proof = serde_json::to_value(proof_of(&archive, seq).await.unwrap()).unwrap();
        let mut all = Vec::new();
        places(&proof, String::new(), &mut all);
        assert!(all.len() > 20, "{all:?}");
        for place in all {
            for other in others(proof.pointer(&place).unwrap()) {
                let mut changed = proof.clone();
                *changed.pointer_mut(&place).unwrap() = other.clone();
                let read = serde_json::from_value::<AuditProof>(changed);
                let holds = read.is_ok_and(|proof| seal::check(&proof, None).is_ok());
                assert!(!holds, "line {seq} holds with {other} at {place}");
            }
        }
    }
}

#[tokio::test]
async fn a_proof_says_what_does_not_hold() {
    let archive = Archive::new().await;
    let proof = proof_of(&archive, 5).await.unwrap();
    let beside = proof_of(&archive, 4).await.unwrap();
    let others = seal::SealKey::of(&Secrets::random()).public();
    let with = |change: fn(&mut AuditProof, AuditProof)| {
        let mut changed = proof.clone();
        change(&mut changed, beside.clone());
        seal::check(&changed, None)
    };

    let format = with(|proof, _| proof.format = "freehold-audit-proof/2".to_owned());
    assert!(matches!(format, Err(ProofFault::Format(_))), "{format:?}");
    let line = with(|proof, _| proof.line.actor_id = "cli:bob".to_owned());
    assert_eq!(line, Err(ProofFault::Line));
    let moved = with(|proof, _| proof.line.seq = 4);
    assert_eq!(moved, Err(ProofFault::Line));
    let elsewhere = with(|proof, _| proof.checkpoint.last_seq = 4);
    assert_eq!(
        elsewhere,
        Err(ProofFault::Place {
            seq: 5,
            first: 4,
            last: 4
        })
    );
    let path = with(|proof, beside| proof.path = beside.path);
    assert_eq!(path, Err(ProofFault::Path));
    let larger = with(|proof, _| proof.checkpoint.last_seq = 7);
    assert_eq!(
        larger,
        Err(ProofFault::Signature),
        "of line 5 the path is the same in a tree of four"
    );
    let later = with(|proof, _| proof.checkpoint.signed_at += jiff::SignedDuration::from_secs(1));
    assert_eq!(later, Err(ProofFault::Signature));
    let named = with(|proof, _| proof.checkpoint.key_id = "ab".to_owned());
    assert_eq!(named, Err(ProofFault::Key));
    let theirs = seal::check(&proof, Some(&others));
    assert_eq!(theirs, Err(ProofFault::OtherKey(archive.keys.public().id())));
}

#[tokio::test]
async fn a_line_that_is_edited_no_longer_matches_its_proof() {
    let archive = Archive::new().await;
    let taken = proof_of(&archive, 5).await.unwrap();

    archive
        .tamper(&["UPDATE admin_audit_events SET actor_id = 'cli:bob' WHERE seq = 5"])
        .await;

    let Err(Refusal::CheckFailed(why)) = proof_of(&archive, 5).await else {
        panic!("a proof of what nobody wrote")
    };
    assert!(why.contains("the line is not what was hashed"), "{why}");
    assert!(
        seal::check(&taken, None).is_ok(),
        "what was taken home is evidence"
    );
    assert_ne!(archive.verify().await.broken, None);
}

#[tokio::test]
async fn a_line_that_is_edited_and_hashed_anew_contradicts_its_root() {
    let archive = Archive::new().await;
    let acting = archive.console.shell();
    let mut tx = acting.db.read(acting.platform).await.unwrap();
    let lines = rows::chain(&mut tx, acting.platform, 0, 10).await.unwrap();
    drop(tx);
    let mut edited = lines[4].clone();
    edited.event.actor.id = "cli:bob".to_owned();
    let link = lines[3].link.next(&edited.event, &edited.details);

    archive
        .tamper(&[&format!(
            "UPDATE admin_audit_events SET actor_id = 'cli:bob', hash = '{}' WHERE seq = 5",
            link.hash
        )])
        .await;

    for seq in [4, 5] {
        let Err(Refusal::CheckFailed(why)) = proof_of(&archive, seq).await else {
            panic!("line {seq} is proved by another root")
        };
        assert!(why.contains("the path does not lead"), "{why}");
    }
    archive
        .tamper(&["DELETE FROM admin_audit_events WHERE seq = 4"])
        .await;
    let acting = archive.console.shell();
    let refused = prove(&acting, edited.event.id).await.unwrap_err();
    assert!(matches!(refused, Refusal::CheckFailed(_)), "{refused}");
}

#[tokio::test]
async fn whoever_reads_the_trail_takes_proofs_home() {
    let archive = Archive::new().await;
    let viewer = archive.console.signed_in(OperatorRole::Viewer).await;
    let ids: Vec<AuditEventId> = archive
        .console
        .events()
        .await
        .iter()
        .map(|event| event.id)
        .collect();
    let (signed, sign_in) = (ids[1], ids[6]);

    let answer = viewer.get(&format!("/api/admin-audit/{signed}/proof")).await;
    let file = viewer.get(&format!("/audit/{signed}/proof.json")).await;
    let early = viewer.get(&format!("/api/admin-audit/{sign_in}/proof")).await;
    let missing = viewer
        .get("/api/admin-audit/01930000-0000-7000-8000-0000000000ff/proof")
        .await;
    let with_link = viewer.get(&format!("/audit/{signed}")).await;
    let without = viewer.get(&format!("/audit/{sign_in}")).await;

    let proof: AuditProof = serde_json::from_value(answer.json()["proof"].clone()).unwrap();
    assert_eq!(proof.line.id, signed);
    assert_eq!(file.json(), answer.json()["proof"]);
    let named = file.header("content-disposition");
    assert_eq!(
        named,
        format!("attachment; filename=\"audit-proof-{}.json\"", proof.line.seq)
    );
    assert_eq!(early.status, StatusCode::CONFLICT);
    assert_eq!(early.json()["code"], "not_signed_yet");
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(
        with_link
            .page()
            .contains(&format!("href=\"/audit/{signed}/proof.json\""))
    );
    assert!(without.page().contains("is not signed yet"));
    assert!(!without.page().contains("proof.json"));
}

#[tokio::test]
async fn the_public_key_is_that_of_the_installation() {
    let console = Console::new().await;
    let viewer = console.signed_in(OperatorRole::Viewer).await;

    let key = viewer.get("/api/admin-audit/public-key").await.json();

    let ours = seal::SealKey::of(&console.secrets).public();
    assert_eq!(key["publicKey"], ours.to_string());
    assert_eq!(key["keyId"], ours.id());
    assert!(
        key["pem"]
            .as_str()
            .unwrap()
            .starts_with("-----BEGIN PUBLIC KEY-----\n")
    );
}
