use types::{Ids as _, Mail, MailId, TestIds};

use super::{Mailer, is_server, written};

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
