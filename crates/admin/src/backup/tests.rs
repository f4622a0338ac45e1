use std::path::Path;

use db::{
    archive::Place,
    testing::{a_contact, a_lead, a_tenant},
};
use secrecy::SecretString;
use tempfile::TempDir;
use types::Clock as _;

use super::{Target, back_up, export_tenant, look_through, restore};
use crate::{Refusal, testing::Console};

async fn with_a_lead() -> Console {
    let console = Console::new().await;
    let scope = a_tenant(&console.test.db, &*console.ids, "acme").await;
    let contact = a_contact(&*console.ids).insert(&console.test.db, &scope).await;
    a_lead(&*console.ids)
        .of(&contact)
        .insert(&console.test.db, &scope)
        .await;
    console
}

fn url(console: &Console) -> SecretString {
    console.test.url.clone().into()
}

#[tokio::test]
async fn a_backup_is_made_looked_at_and_put_back() {
    let (console, folder) = (with_a_lead().await, TempDir::new().unwrap());
    let file = folder.path().join("backup");

    let made = back_up(&console.shell(), &file, &url(&console)).await.unwrap();
    let again = back_up(&console.shell(), &file, &url(&console)).await;
    let other = db::testing::TestDb::empty().await;
    let other_url: SecretString = other.url.clone().into();
    let target = match other.db.place() {
        Place::File(_) => Target::File(folder.path().join("restored.db")),
        Place::Server => Target::Server(&other.db, &other_url),
    };
    let restored = restore(&file, target, console.clock.now()).await.unwrap();

    let nowhere = back_up(
        &console.shell(),
        &folder.path().join("none/backup"),
        &url(&console),
    )
    .await;
    assert_eq!((made.tenants, restored.tenants), (1, 1));
    assert!(matches!(
        nowhere,
        Err(Refusal::Invalid {
            code: "no_folder",
            ..
        })
    ));
    assert_eq!(restored.schema_version, restored.needed_version);
    assert!(matches!(
        again,
        Err(Refusal::Conflict {
            code: "file_exists",
            ..
        })
    ));
    assert_eq!(
        console.trail().await,
        ["admin backup.create allowed -", "admin backup.create succeeded -"]
            .map(|line| line.replace("admin", "shell"))
    );
    if let Place::Server = other.db.place() {
        let twice = restore(&file, Target::Server(&other.db, &other_url), console.clock.now()).await;
        assert!(matches!(
            twice,
            Err(Refusal::Conflict {
                code: "not_empty",
                ..
            })
        ));
    }
}

#[tokio::test]
async fn what_is_no_backup_is_not_put_back() {
    let (console, folder) = (Console::new().await, TempDir::new().unwrap());
    let (file, database) = (folder.path().join("text"), folder.path().join("kept.db"));
    std::fs::write(&file, "nothing of ours").unwrap();
    std::fs::write(&database, "what was there").unwrap();
    let target = || Target::File(database.clone());

    let text = restore(&file, target(), console.clock.now()).await;
    let missing = restore(Path::new("/nowhere"), target(), console.clock.now()).await;

    assert!(
        matches!(
            text,
            Err(Refusal::Invalid {
                code: "not_a_backup",
                ..
            })
        ),
        "{text:?}"
    );
    assert!(matches!(missing, Err(Refusal::NotFound(_))));
    assert_eq!(std::fs::read_to_string(database).unwrap(), "what was there");
}

#[tokio::test]
async fn what_a_newer_program_wrote_is_refused() {
    let console = with_a_lead().await;
    let Place::File(_) = console.test.db.place() else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("backup");
    db::testing::pretend_newer(&console.test.db).await;
    console.test.db.copy_to(&file).await.unwrap();

    let refused = restore(
        &file,
        Target::File(folder.path().join("x.db")),
        console.clock.now(),
    )
    .await;

    assert!(matches!(&refused, Err(Refusal::CheckFailed(_))), "{refused:?}");
    assert_eq!(refused.unwrap_err().exit_code(), 5);
}

#[tokio::test]
async fn the_database_that_was_there_is_kept() {
    let console = with_a_lead().await;
    let Place::File(_) = console.test.db.place() else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let (file, database) = (folder.path().join("backup"), folder.path().join("freehold.db"));
    back_up(&console.shell(), &file, &url(&console)).await.unwrap();
    std::fs::write(&database, "what was there").unwrap();

    let restored = restore(&file, Target::File(database.clone()), console.clock.now())
        .await
        .unwrap();

    let kept = restored.kept.expect("there was one before");
    assert_eq!(std::fs::read_to_string(kept).unwrap(), "what was there");
    assert_eq!(std::fs::read(database).unwrap(), std::fs::read(file).unwrap());
}

/// Whoever has the file open would go on writing to the one that is moved aside.
#[tokio::test]
async fn a_database_that_somebody_has_open_is_not_replaced() {
    let console = with_a_lead().await;
    let Place::File(database) = console.test.db.place() else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("backup");
    back_up(&console.shell(), &file, &url(&console)).await.unwrap();

    let refused = restore(&file, Target::File(database.clone()), console.clock.now()).await;

    assert!(
        matches!(&refused, Err(Refusal::Conflict { code: "in_use", .. })),
        "{refused:?}"
    );
    assert!(database.exists());
    let seen = look_through(&file, true).await.unwrap();
    assert_eq!((seen.tenants, seen.kept), (1, None));
    // Nobody else on this machine reads everybody's addresses in it.
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn an_export_says_what_it_is_and_how_much() {
    let (console, folder) = (with_a_lead().await, TempDir::new().unwrap());
    let file = folder.path().join("acme.jsonl");

    let exported = export_tenant(&console.shell(), "acme", &file).await.unwrap();

    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["format"], "freehold-tenant");
    assert_eq!(exported.rows["leads"], 1);
    assert_eq!(exported.bytes, text.len() as u64);
    let rows: u64 = exported.rows.values().sum();
    assert_eq!(lines.len() as u64, rows + 2);
    assert_eq!(lines.last().unwrap()["sha256"], exported.sha256);
}
