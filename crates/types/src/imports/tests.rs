use super::*;
use crate::{Email, Phone, Region, matching::Person};

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

fn read_row(header: &[&str], cells: &[&str]) -> Result<Person, RowError> {
    let header = words(header);
    let mapping: Vec<_> = header.iter().map(|name| guess(name)).collect();
    read((&header, &mapping), &words(cells), Region::US)
}

#[test]
fn columns_are_known_by_what_other_programs_call_them() {
    for (header, target) in [
        ("Name", Target::FullName),
        ("FIRST_NAME", Target::FirstName),
        ("Last Name", Target::LastName),
        ("E-mail Address", Target::Email),
        ("Email 1", Target::Email),
        ("Mobile", Target::Phone),
        ("Primary Phone Number", Target::Phone),
        ("Tags", Target::Tags),
        ("Email Opt In", Target::Ignore),
        ("Phone Type", Target::Ignore),
        ("Mailing Address", Target::Ignore),
        ("", Target::Ignore),
        ("Nombre", Target::Ignore),
    ] {
        assert_eq!(guess(header), target, "{header}");
    }
}

#[test]
fn files_of_one_kind_are_known_again() {
    let key = header_key(&words(&["Name", "E-mail"]));
    assert_eq!(key, header_key(&words(&[" name ", "E-MAIL"])));
    assert_ne!(key, header_key(&words(&["E-mail", "Name"])));
    assert_ne!(header_key(&words(&["ab", "c"])), header_key(&words(&["a", "bc"])));
}

#[test]
fn a_name_that_nobody_could_see_is_an_error_of_its_row() {
    let row = read_row(&["Name", "E-mail"], &["\u{200b}", "ann@example.com"]);

    assert_eq!(row.unwrap_err().to_string(), "Name: The name is missing.");
}

#[test]
fn a_row_is_a_person_from_whatever_columns_are_filled_in() {
    let header = ["First name", "Last name", "E-mail", "E-mail 2", "Phone", "Tags"];

    let row = read_row(
        &header,
        &[
            "Ana",
            " Ruiz ",
            "",
            "Ana@Example.com",
            "(203) 555-0123",
            "Buyer; VIP, Buyer",
        ],
    );

    let person = row.unwrap();
    assert_eq!(person.name.as_deref(), Some("Ana Ruiz"));
    assert_eq!(person.email.as_ref().map(Email::as_str), Some("ana@example.com"));
    assert_eq!(person.phone.as_ref().and_then(Phone::e164), Some("+12035550123"));
    assert_eq!(person.source, "csv_import");
    assert_eq!(person.tags, ["Buyer", "VIP"]);
    let short = read_row(&header, &["Ana", "", "ana@example.com"]).unwrap();
    assert_eq!(short.name.as_deref(), Some("Ana"));
}

#[test]
fn what_is_wrong_is_told_with_its_column() {
    let header = ["Name", "E-mail", "Phone"];
    for (cells, told) in [
        (["Ana", "", ""], "E-mail: A contact needs an e-mail or a phone."),
        (
            ["Ana", "ana at example", ""],
            "E-mail: “ana at example” must look like name@example.com.",
        ),
        (
            ["Ana", "", "ask her"],
            "Phone: Without an e-mail, the phone must be a number people can dial.",
        ),
    ] {
        assert_eq!(read_row(&header, &cells).unwrap_err().to_string(), told);
    }
    let long = "x".repeat(300);
    let error = read_row(&header, &[&long, "ana@example.com", ""]).unwrap_err();
    assert_eq!(error.column, "Name");
    // What can be reached otherwise keeps the number nobody can read.
    let odd = read_row(&header, &["Ana", "ana@example.com", "ask her"]).unwrap();
    assert_eq!(odd.phone.unwrap().original(), "ask her");
}
