use db::testing::a_contact;
use proptest::{collection, option, prelude::*, sample::select};
use types::{
    Contact, Email, Phone, Region, TestIds, Text,
    imports::{self, Target},
};

use super::{are_in, begin, header, mapping, rows};
use crate::{contacts::vcard, content_lines::LONGEST};

/// What is filled in of the rows: the column's name, and what stands there.
fn read(text: impl AsRef<[u8]>) -> Vec<String> {
    let names = header();
    let told = rows(text.as_ref()).map(|row| {
        assert_eq!(row.len(), names.len());
        let filled = names.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
        let filled = filled.map(|(name, cell)| format!("{name}={cell}"));
        filled.collect::<Vec<_>>().join("; ")
    });
    told.collect()
}

fn card(lines: &str) -> String {
    format!("BEGIN:VCARD\r\n{lines}\r\nEND:VCARD\r\n")
}

#[test]
fn each_version_says_the_same_in_its_own_way() {
    let expected =
        "Name=Ana Núñez; First name=Ana; Last name=Núñez; E-mail=ana@example.com; Phone=+12035550117";
    for lines in [
        "VERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:N=FA=F1ez;Ana\r\n\
         FN;CHARSET=UTF-8;QUOTED-PRINTABLE:Ana=20N=C3=BA=\r\n=C3=B1ez\r\nTEL;CELL;VOICE:+12035550117\r\n\
         EMAIL;INTERNET:ana@example.com",
        "VERSION:3.0\r\nN:Núñez;Ana;;;\r\nFN:Ana Nú\r\n ñez\r\nitem1.TEL;type=CELL;type=pref:+12035550117\r\n\
         item1.X-ABLabel:_$!<Mobile>!$_\r\nEMAIL;TYPE=INTERNET,pref:ana@example.com",
        "VERSION:4.0\nFN:Ana Núñez\nN:Núñez;Ana;;;\nTEL;VALUE=uri;TYPE=\"voice,cell\":tel:+12035550117\n\
         EMAIL:mailto:ana@example.com",
        "version:3.0\rfn:Ana Núñez\rn:Núñez;Ana\rTel;X-A=\"a:b\n\t;c\":+12035550117\remail:ana@example.com",
        "FN:Ana Núñez\r\r\nN:Núñez;\r\r\n Ana\r\r\nTEL;TYPE=\"broken:+12035550117\r\r\nEMAIL:ana@example.com\r",
    ] {
        assert_eq!(read(card(lines)), [expected], "{lines}");
    }
}

#[test]
fn each_line_is_read_in_its_own_encoding() {
    let mut bytes = card("FN:Núñez\nEMAIL:a@example.com").into_bytes();
    bytes.extend(b"BEGIN:VCARD\nFN:N\xfa\xf1ez\nEMAIL:b@example.com\nEND:VCARD\n");
    bytes.extend(b"BEGIN:VCARD\nFN;CHARSET=SHIFT_JIS:\x8eR\x93c\nEMAIL:c@example.com\nEND:VCARD\n");
    bytes.extend(b"BEGIN:VCARD\nFN;CHARSET=UTF-16:Plain\nEMAIL:d@example.com\nEND:VCARD\n");

    assert_eq!(
        read(bytes),
        [
            "Name=Núñez; E-mail=a@example.com",
            "Name=Núñez; E-mail=b@example.com",
            "Name=山田; E-mail=c@example.com",
            "Name=Plain; E-mail=d@example.com",
        ]
    );
}

#[test]
fn several_numbers_stand_in_the_order_of_their_preference() {
    let told = read(card(
        "FN:Bo\nTEL;FAX:203-555-0100\nTEL:203-555-0101\nTEL;PREF=2:203-555-0102\n\
         TEL;PREF=1;VALUE=uri:tel:+1-203-555-0103;ext=302\nEMAIL:a@example.com\nEMAIL;PREF:b@example.com",
    ));

    assert_eq!(
        told,
        [
            "Name=Bo; E-mail=b@example.com; Other e-mails=a@example.com; Phone=+1-203-555-0103 ext. 302; \
          Other phones=203-555-0102, 203-555-0101, 203-555-0100"
        ]
    );
}

#[test]
fn an_extension_stands_behind_a_pause_and_other_words_stay() {
    for (written, read) in [
        ("+1 203 555 0117,302", "+1 203 555 0117 ext. 302"),
        ("203-555-0117\\,\\, 302", "203-555-0117 ext. 302"),
        ("203-555-0117;302", "203-555-0117 ext. 302"),
        ("tel:+12035550117", "+12035550117"),
        ("ask at the desk\\; 5", "ask at the desk; 5"),
        ("203-555-0117, evenings", "203-555-0117, evenings"),
    ] {
        assert_eq!(super::card::number(&super::line::unescaped(written)), read);
    }
}

#[test]
fn what_is_marked_is_read_and_separates_nothing() {
    let told = read(card(
        "N:O\\;Hara\\, Jr.;Cy\\\\Ann;Q.;;\nCATEGORIES:buyer,first,\nCATEGORIES:vip\nORG:Acme\\, Inc.;North\n\
         EMAIL:cy@example.com",
    ));

    assert_eq!(
        told,
        ["First name=Cy\\Ann Q.; Last name=O;Hara, Jr.; E-mail=cy@example.com; Tags=buyer, first, vip"]
    );
}

#[test]
fn who_has_no_name_is_called_by_their_office_and_by_no_address() {
    for (lines, told) in [
        (
            "N:;;;;\nORG:Acme Title;North\nTEL:203-555-0117",
            "Name=Acme Title, North; Phone=203-555-0117",
        ),
        ("FN:BO@example.com\nEMAIL:bo@example.com", "E-mail=bo@example.com"),
        (
            "FN:203-555-0117\\,302\nTEL:203-555-0117\\,302",
            "Phone=203-555-0117 ext. 302",
        ),
    ] {
        assert_eq!(read(card(lines)), [told]);
    }
}

#[test]
fn a_broken_card_says_so_and_costs_no_other() {
    let whole = card("FN:Whole\nEMAIL:whole@example.com");
    let text = format!(
        "{whole}FN:Stray\n{whole}BEGIN:VCARD\nFN:Endless\n{whole}\u{feff}{whole}END:VCARD\n{whole}\
         BEGIN:VCARD\nFN;QUOTED-PRINTABLE:Last=\nEND:VCARD\nBEGIN:VCARD\nFN:Torn\nEMAIL:torn@exam"
    );

    let (whole, stray) = (
        "Name=Whole; E-mail=whole@example.com",
        "Card problem=These lines belong to no card.",
    );
    assert_eq!(
        read(text),
        [
            whole,
            stray,
            whole,
            "Name=Endless; Card problem=The card does not end: END:VCARD is missing.",
            whole,
            whole,
            stray,
            whole,
            "Name=Last=",
            "Name=Torn; E-mail=torn@exam; Card problem=The card does not end: END:VCARD is missing.",
        ]
    );
}

#[test]
fn the_card_of_an_agent_is_not_the_persons() {
    let agent = card("FN:Agent\nEMAIL:agent@example.com\nAGENT:\nBEGIN:VCARD\nFN:Theirs\nEND:VCARD");

    let told = read(card(&format!("FN:Di\nAGENT:\n{agent}EMAIL:di@example.com")));

    assert_eq!(told, ["Name=Di; E-mail=di@example.com"]);
}

#[test]
fn what_is_no_line_is_passed_over_and_so_is_a_picture() {
    for odd in [
        "PHOTO;ENCODING=BASE64;TYPE=JPEG:/9j/4AAQ\n  SkZJRgAB\n  AQAA\n",
        "PHOTO;ENCODING=BASE64;TYPE=JPEG:/9j/4AAQ\nSkZJRgAB\nAQAA==\n",
        "PHOTO:data:image/jpeg;base64,/9j/4AAQ\n SkZJRgAB",
        "NOTE:a note\nthat nobody folded\nBDAY:19800101",
        ";:\n:x\n=\n\"",
    ] {
        let told = read(card(&format!("{odd}\nFN:Di\nEMAIL:di@example.com")));
        assert_eq!(told, ["Name=Di; E-mail=di@example.com"], "{odd}");
    }
}

#[test]
fn a_card_of_any_length_takes_little() {
    let picture = "Q".repeat(10 << 20);
    let folded = "\r\n Q".repeat(1 << 20);
    let emails: String = (0..100_000)
        .map(|n| format!("EMAIL:e{n}@example.com\n"))
        .collect();
    let tags = "CATEGORIES:t\n".repeat(100_000);
    let text = card(&format!(
        "FN:{picture}\nPHOTO:{folded}\n{emails}{tags}TEL:203-555-0117"
    ));

    let row = rows(text.as_bytes()).next().unwrap();

    let size: usize = row.iter().map(String::len).sum();
    assert!(size < 20_000, "{size} bytes");
    assert_eq!((&*row[3], &*row[5]), ("e0@example.com", "203-555-0117"));
}

#[test]
fn cards_are_where_one_begins() {
    assert!(begin(b"BEGIN:VCARD\nEND:VCARD"));
    assert!(begin(b"\r\n begin: vcard \r\nend:vcard"));
    assert!(!begin(b"Name,E-mail\nBEGIN:VCARD\n"));
    assert!(are_in(b"Name,E-mail\nBEGIN:VCARD\n"));
    assert!(!are_in(b"BEGIN:VCALENDAR\nXBEGIN:VCARD\nBEGIN:VCARDS\nVCARD"));
    assert_eq!(header().len(), mapping().len());
}

/// Somebody with whatever can stand on a contact.
fn anybody() -> impl Strategy<Value = Contact> {
    let names =
        option::of("[\\PC\n]{1,200}".prop_filter_map("no name", |name| Text::<200>::parse(&name).ok()));
    let emails = option::of("[a-z]{1,60}@[a-z]{1,60}\\.example");
    let phones = option::of(select(vec![
        "203-555-0117",
        "(203) 555-0117 ext. 302",
        "+44 20 7946 0958",
        "ask at the desk; 5, or\\ring",
    ]));
    let tags = collection::vec("[\\PC&&[^,;|]]{1,50}", 0..50);
    (names, emails, phones, tags).prop_map(|(name, email, phone, tags)| {
        let mut contact = a_contact(&TestIds::default()).0;
        contact.full_name = name.map(Text::into_string);
        contact.email = email.map(|email| Email::parse(&email).expect("an address"));
        contact.phone = phone.map(|phone| Phone::parse(phone, Region::US).expect("a number"));
        let tags = tags.iter().filter_map(|tag| Text::<50>::parse(tag).ok());
        contact.tags = tags.map(Text::into_string).collect();
        contact.tags.sort();
        contact.tags.dedup();
        contact
    })
}

proptest! {
    #[test]
    fn whoever_is_written_is_read_back(contact in anybody()) {
        let written = vcard::card(&contact);
        let cells = rows(written.as_bytes()).collect::<Vec<_>>();

        prop_assert_eq!(cells.len(), 1, "{}", written);
        let read = imports::read((&header(), &mapping()), &cells[0], Region::US);
        let is_in_reach = contact.email.is_some() || contact.phone.as_ref().is_some_and(|phone| phone.e164().is_some());
        prop_assert_eq!(read.is_ok(), is_in_reach);
        if let Ok(person) = read {
            prop_assert_eq!(person.name, contact.full_name);
            prop_assert_eq!(person.email, contact.email);
            prop_assert_eq!(person.tags, contact.tags);
            let dialled = |phone: Option<&Phone>| phone.map(|phone| match phone.e164() {
                Some(number) => format!("{number} {:?}", phone.extension()),
                None => phone.original().to_owned(),
            });
            prop_assert_eq!(dialled(person.phone.as_ref()), dialled(contact.phone.as_ref()));
        }
        for line in written.split("\r\n") {
            prop_assert!(line.len() <= LONGEST && !line.contains(['\r', '\n']), "{}", line);
        }
    }

    #[test]
    fn no_bytes_are_too_odd_to_be_read(
        text in "(BEGIN:VCARD|END:VCARD|\nFN:|\nEMAIL:|AGENT:\n|TEL|N|;|:|=|=E9|\"|[\\\\]n|é|QUOTED-PRINTABLE|\r|\n| |\0){0,60}",
        bytes in collection::vec(any::<u8>(), 0..60),
    ) {
        let bytes = [text.as_bytes(), &bytes, text.as_bytes()].concat();

        let most = bytes.len() / "BEGIN:VCARD".len() * 2 + 1;
        prop_assert!(rows(&bytes).count() <= most);
        prop_assert!(rows(&bytes).flatten().all(|cell| !cell.contains('\0')));
        prop_assert!(rows(&bytes).all(|row| row.len() == mapping().len()));
    }
}

#[test]
fn a_column_says_why_its_row_is_left_out() {
    let row = rows(b"BEGIN:VCARD\nFN:Ana\nEMAIL:ana@example.com")
        .next()
        .unwrap();

    let told = imports::read((&header(), &mapping()), &row, Region::US).unwrap_err();
    let mut taken: Vec<_> = mapping();
    taken[8] = Target::Ignore;
    let person = imports::read((&header(), &taken), &row, Region::US).unwrap();

    assert_eq!(
        told.to_string(),
        "Card problem: The card does not end: END:VCARD is missing."
    );
    assert_eq!(person.name.as_deref(), Some("Ana"));
}
