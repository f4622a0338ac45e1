use axum::body::Bytes;
use server::encoding::Charset;
use types::imports::{Delimiter, Target};

use super::{cards, file::*};

fn read(bytes: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
    let file = File::read(Bytes::copy_from_slice(bytes), Said::default()).unwrap();
    let rows: Vec<_> = file.rows().collect();
    assert_eq!(rows.len(), file.row_count);
    (file.header, rows)
}

fn utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

#[test]
fn the_same_people_are_read_however_their_program_saved_them() {
    let header = ["Name", "E-mail"];
    let people = [["Ana Núñez", "ana@example.com"], ["Bo", "bo@example.com"]];
    for bytes in [
        "Name,E-mail\nAna Núñez,ana@example.com\nBo,bo@example.com\n"
            .as_bytes()
            .to_vec(),
        "\u{feff}Name;E-mail\r\nAna Núñez;ana@example.com\r\nBo;bo@example.com"
            .as_bytes()
            .to_vec(),
        "Name\tE-mail\rAna Núñez\tana@example.com\rBo\tbo@example.com\r"
            .as_bytes()
            .to_vec(),
        "Name|E-mail\n\n\"Ana Núñez\"|ana@example.com\n|\nBo|bo@example.com"
            .as_bytes()
            .to_vec(),
        b"Name,E-mail\nAna N\xfa\xf1ez,ana@example.com\nBo,bo@example.com\n".to_vec(),
        utf16("Name,E-mail\nAna Núñez,ana@example.com\nBo,bo@example.com\n"),
    ] {
        assert_eq!(
            read(&bytes),
            (
                header.map(str::to_owned).to_vec(),
                people.map(|row| row.map(str::to_owned).to_vec()).to_vec()
            ),
            "{}",
            String::from_utf8_lossy(&bytes)
        );
    }
}

#[test]
fn cells_keep_their_quotes_commas_and_lines() {
    let (_, rows) = read(b"Name,Notes\n\"Ruiz, Ana\",\"said \"\"yes\"\"\non Monday\"\nBo\nCy,a,b,c\n");
    assert_eq!(rows[0], ["Ruiz, Ana", "said \"yes\"\non Monday"]);
    assert_eq!((rows[1].len(), rows[2].len()), (1, 4));
}

#[test]
fn a_file_without_a_header_has_its_columns_numbered() {
    let (header, rows) = read(b"Ana,ana@example.com\nBo,bo@example.com\n");
    assert_eq!(header, ["Column 1", "Column 2"]);
    assert_eq!(rows.len(), 2);
    let (header, _) = read(b"Name,,E-mail\nAna,x,ana@example.com\n");
    assert_eq!(header, ["Name", "Column 2", "E-mail"]);
}

#[test]
fn the_line_that_excel_writes_first_says_what_separates_and_is_no_row() {
    let people = "Name;E-mail\r\nRuiz, Ana;ana@example.com\r\n";
    for said in ["sep=;\r\n", "\u{feff}SEP=;\n\n", "sep=^\r\n"] {
        let (header, rows) = read(format!("{said}{people}").as_bytes());
        assert_eq!(header, ["Name", "E-mail"], "{said}");
        assert_eq!(rows, [["Ruiz, Ana", "ana@example.com"]], "{said}");
    }
    let (header, _) = read(b"sep=,\nName;Mail,E-mail\na;b,ana@example.com\n");
    assert_eq!(
        header,
        ["Name;Mail", "E-mail"],
        "it says so, whatever it looks like"
    );
    let (header, _) = read(b"Separator,E-mail\nx,ana@example.com\n");
    assert_eq!(header[0], "Separator");
    let only = File::read(Bytes::from_static(b"sep=;"), Said::default());
    assert_eq!(only.err().unwrap(), FileError::Empty);
}

#[test]
fn a_file_without_a_header_is_guessed_by_what_stands_in_it() {
    let bytes = b"17,(203) 555-0117,Ana Ruiz,\n18,203-555-0142,Bo Berg,bo@example.com\n";
    let file = File::read(Bytes::from_static(bytes), Said::default()).unwrap();

    let mapping = file.mapping(file.mapping_by_names(&[]));

    assert_eq!(file.row_count, 2, "a number people can dial names no column");
    let expected = [Target::Ignore, Target::Phone, Target::FullName, Target::Email];
    assert_eq!(mapping, expected);
}

#[test]
fn what_is_no_list_of_people_is_refused_in_a_sentence() {
    let refused = |bytes: Vec<u8>| File::read(Bytes::from(bytes), Said::default()).err().unwrap();
    assert_eq!(refused(Vec::new()), FileError::Empty);
    assert_eq!(refused(b" \n,,\n".to_vec()), FileError::Empty);
    assert_eq!(refused(b"Name,E-mail\n".to_vec()), FileError::NoRows);
    assert_eq!(refused(",".repeat(600).into_bytes()), FileError::Empty);
    assert_eq!(
        refused(format!("{}\nx\n", "a,".repeat(600)).into_bytes()),
        FileError::TooManyColumns
    );
    let rows = "a\n".repeat(MOST_ROWS + 2);
    assert_eq!(refused(rows.into_bytes()), FileError::TooManyRows);
}

#[test]
fn cards_are_told_from_a_table_by_what_is_in_them() {
    let card = "BEGIN:VCARD\r\nFN:Ana Núñez\r\nEMAIL:ana@example.com\r\nEND:VCARD\r\n";
    let marked = format!("\u{feff}\r\n{card}");
    for bytes in [card.as_bytes(), marked.as_bytes(), &utf16(card)] {
        let (header, rows) = read(bytes);
        assert_eq!((header, rows.len()), (cards::header(), 1));
        assert_eq!((&*rows[0][0], &*rows[0][3]), ("Ana Núñez", "ana@example.com"));
    }
    let (header, _) = read(b"Name,E-mail\nBEGIN:VCARD,x\n");
    assert_eq!(header, ["Name", "E-mail"]);
}

#[test]
fn a_file_that_is_said_to_be_cards_has_some() {
    let read = |text: &str| {
        let said = Said {
            kind: Expected::of_name("Phone.VCF"),
            ..Said::default()
        };
        let file = File::read(Bytes::from(text.to_owned()), said);
        file.map(|file| file.row_count)
    };
    assert_eq!(read(""), Err(FileError::Empty));
    assert_eq!(read(" \r\n"), Err(FileError::Empty));
    assert_eq!(
        read("Name,E-mail\nAna,ana@example.com\n"),
        Err(FileError::NoCards)
    );
    assert_eq!(read("BEGIN:VCALENDAR\nEND:VCALENDAR\n"), Err(FileError::NoCards));
    assert_eq!(read("Sent from my phone\nBEGIN:VCARD\nEND:VCARD\n"), Ok(2));
    assert_eq!(
        read(&"BEGIN:VCARD\n".repeat(MOST_ROWS + 1)),
        Err(FileError::TooManyRows)
    );
    assert_eq!(Expected::of_name("people.csv"), Expected::Anything);
    assert_eq!(Expected::of_name("vcf"), Expected::Anything);
}

#[test]
fn an_open_quote_costs_its_own_row_and_says_so() {
    let bytes = b"Name;E-mail\nBo;bo@example.com\nAna \"A;ana@example.com\n\"Cy;cy@example.com\nDi;di@example.com;x\nEd\n";
    let (header, rows) = read(bytes);

    let problem = "A quotation mark is opened in this row and never closed.";
    assert_eq!(header, ["Name", "E-mail", "Row problem"]);
    let expected: [&[&str]; 5] = [
        &["Bo", "bo@example.com", ""],
        &["Ana \"A", "ana@example.com", ""],
        &["Cy;cy@example.com", "", problem],
        &["Di", "di@example.com", "", "x"],
        &["Ed", "", ""],
    ];
    assert_eq!(rows, expected);
    let file = File::read(Bytes::copy_from_slice(bytes), Said::default()).unwrap();
    assert_eq!(file.own_columns(), ["Name", "E-mail"]);
    let mapped = [Target::FullName, Target::Email, Target::Problem];
    assert_eq!(file.mapping(file.mapping_by_names(&[])), mapped);
    assert_eq!(file.mapping(mapped[..2].to_vec()), mapped);
    assert_eq!(file.mapping(mapped.to_vec()), mapped);
}

#[test]
fn what_its_sender_says_is_not_found_out() {
    let read = |bytes: &[u8], delimiter: Option<Delimiter>, charset: Option<&str>| {
        let said = Said {
            kind: Expected::Anything,
            delimiter,
            charset: charset.and_then(Charset::named),
        };
        let file = File::read(Bytes::copy_from_slice(bytes), said).unwrap();
        let format = file.format().unwrap();
        let first = file.rows().next().unwrap().join("|");
        (format.delimiter, format.encoding, format.has_header, first)
    };
    let told =
        |delimiter, encoding: &str, first: &str| (delimiter, encoding.to_owned(), true, first.to_owned());

    let commas = b"Name,Notes\nBo;x,y;z\n";
    assert_eq!(
        read(commas, None, None),
        told(Delimiter::Comma, "UTF-8", "Bo;x|y;z")
    );
    assert_eq!(
        read(commas, Some(Delimiter::Semicolon), None),
        told(Delimiter::Semicolon, "UTF-8", "Bo|x,y|z")
    );
    let mac = b"Name,City\nRen\x8e,x\n";
    assert_eq!(
        read(mac, None, None),
        told(Delimiter::Comma, "windows-1252", "RenŽ|x")
    );
    assert_eq!(
        read(mac, None, Some("macintosh")),
        told(Delimiter::Comma, "macintosh", "René|x")
    );
    assert_eq!(
        read(&utf16("Name,City\nBo,x\n"), None, Some("macintosh")),
        told(Delimiter::Comma, "UTF-16LE", "Bo|x"),
        "its mark knows better"
    );
}

#[test]
fn a_picture_is_no_list_of_people() {
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
    let refused = File::read(Bytes::copy_from_slice(picture), Said::default());
    assert_eq!(refused.err(), Some(FileError::NoText));
    let (_, rows) = read(b"Name,E-mail\nB\0o,bo@example.com and a long line behind it\n");
    assert_eq!(rows[0][0], "Bo");
}
