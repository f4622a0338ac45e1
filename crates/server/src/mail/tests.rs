use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use db::{
    Db, TenantScope,
    tenant::mails::{self, NewMail},
    testing::{TestDb, a_tenant, by_sql},
};
use jiff::SignedDuration;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};
use types::{Clock as _, Ids as _, Mail, MailId, TestClock, TestIds};

use super::{Letterbox, Mailer, Postman, is_server, written};
use crate::{Context, Stop, telemetry::Metrics, testing::settings_with};

fn a_mail() -> Mail {
    Mail {
        from_name: "Fairfield Baseline".to_owned(),
        from: "no-reply@fairfield.localhost".to_owned(),
        to: "ann@example.com".parse().unwrap(),
        reply_to: None,
        subject: "Your link".to_owned(),
        text: "https://fairfield.localhost/sign-in/link?token=0123456789abcdefghijklmnopqrstuvwxyz0123456\n"
            .to_owned(),
        html: None,
        unsubscribe: Some("https://fairfield.localhost/unsubscribe?token=x".to_owned()),
    }
}

#[tokio::test]
async fn a_message_in_the_folder_can_be_read_with_the_eye() {
    let folder = tempfile::tempdir().unwrap();
    let id = MailId::from(TestIds::default().new_id());

    Mailer::Folder(folder.path().join("mail"))
        .send(id, &a_mail())
        .await
        .unwrap();

    let file = folder.path().join("mail").join(format!("{id}.eml"));
    let text = std::fs::read_to_string(file).unwrap();
    for line in [
        "To: ann@example.com",
        "Subject: Your link",
        "https://fairfield.localhost/sign-in/link?token=0123456789abcdefghijklmnopqrstuvwxyz0123456",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
}

#[test]
fn nobody_writes_a_header_through_a_name() {
    let mail = Mail {
        from_name: "Fair\r\nBcc: everybody@example.com".to_owned(),
        subject: "Hello\r\nBcc: everybody@example.com".to_owned(),
        ..a_mail()
    };

    let message = written(MailId::from(TestIds::default().new_id()), &mail).unwrap();

    let text = String::from_utf8(message.formatted()).unwrap();
    assert!(!text.contains("\nBcc:"), "{text}");
}

#[test]
fn a_mail_server_is_known_by_its_address() {
    for (url, good) in [
        ("smtp://127.0.0.1:2525", true),
        ("smtps://user:secret@mail.example.com", true),
        ("https://mail.example.com", false),
        ("smtp:", false),
    ] {
        assert_eq!(is_server(url), good, "{url}");
    }
}

/// A mail server that takes nothing for acme until it is told to.
#[derive(Default)]
struct Server {
    takes_all: AtomicBool,
    /// To whom it took something.
    taken: Mutex<Vec<String>>,
}

impl Server {
    async fn start(self: Arc<Self>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("smtp://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&self).hear(stream));
            }
        });
        address
    }

    /// As much of RFC 5321 as a message takes.
    async fn hear(self: Arc<Self>, stream: TcpStream) {
        let (reads, mut writes) = stream.into_split();
        let mut lines = BufReader::new(reads).lines();
        let mut is_content = false;
        writes.write_all(b"220 mail.example.com\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            let answer = match line.as_str() {
                "." => "250 taken",
                _ if is_content => continue,
                "DATA" => "354 go on",
                "QUIT" => "221 bye",
                line if line.starts_with("RCPT") && !self.takes(line) => "550 nobody here is called so",
                _ => "250 fine",
            };
            is_content = answer.starts_with("354");
            if writes
                .write_all(format!("{answer}\r\n").as_bytes())
                .await
                .is_err()
            {
                return;
            }
        }
    }

    fn takes(&self, line: &str) -> bool {
        let takes = self.takes_all.load(Ordering::Relaxed) || !line.contains("acme");
        if takes {
            let to = line.split(['<', '>']).nth(1).unwrap_or_default();
            self.taken.lock().unwrap().push(to.to_owned());
        }
        takes
    }

    fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }
}

/// A message of this tenant's, which is due.
async fn write(db: &Db, scope: &TenantScope, ids: &TestIds, to: &str) {
    let mail = Mail {
        to: to.parse().unwrap(),
        ..a_mail()
    };
    let new = NewMail {
        id: MailId::new(ids),
        key: to,
        mail: &mail,
        now: TestClock::default().now(),
    };
    let mut tx = db.write(scope).await.unwrap();
    assert!(mails::insert(&mut tx, scope, &new).await.unwrap());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_does_not_leave_of_one_tenant_keeps_nobody_elses_message_and_leaves_later() {
    let (test, ids, clock) = (
        TestDb::new().await,
        Arc::new(TestIds::default()),
        Arc::new(TestClock::default()),
    );
    let server = Arc::new(Server::default());
    let url = Arc::clone(&server).start().await;
    let context = Context {
        settings: Arc::new(settings_with(&[("MAIL_URL", &url)])),
        db: test.db.clone(),
        metrics: Metrics::install(),
        stop: Stop::default(),
        clock: clock.clone(),
        ids: ids.clone(),
    };
    let postman = Postman::new(&context, &Letterbox::default());
    let acme = a_tenant(&test.db, &*ids, "acme").await;
    let fairfield = a_tenant(&test.db, &*ids, "fairfield").await;
    write(&test.db, &acme, &ids, "held@acme.example.com").await;
    write(&test.db, &acme, &ids, "refused@acme.example.com").await;
    write(&test.db, &fairfield, &ids, "fay@example.com").await;
    // Nobody can take it: there is no larger number.
    let held = "UPDATE mails SET attempts = 9223372036854775807 WHERE mail_key = 'held@acme.example.com'";
    by_sql(&test.db, held).await.unwrap();

    postman.round().await.unwrap();
    let at_first = server.taken();
    let free = "UPDATE mails SET attempts = 0 WHERE mail_key = 'held@acme.example.com'";
    by_sql(&test.db, free).await.unwrap();
    server.takes_all.store(true, Ordering::Relaxed);
    clock.advance(SignedDuration::from_secs(30));
    postman.round().await.unwrap();

    assert_eq!(at_first, ["fay@example.com"]);
    let mut all = server.taken();
    all.sort_unstable();
    let acmes = ["held@acme.example.com", "refused@acme.example.com"];
    assert_eq!(all, ["fay@example.com", acmes[0], acmes[1]]);
}
