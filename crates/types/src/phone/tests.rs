use proptest::prelude::*;

use super::*;

fn phone(text: &str) -> Phone {
    Phone::parse(text, Region::US).unwrap()
}

#[test]
fn spellings_of_one_number_match() {
    for text in [
        "2035550123",
        "203-555-0123",
        "(203) 555-0123",
        "203.555.0123",
        "203/555-0123",
        "1 203 555 0123",
        "+1 (203) 555-0123",
        "+12035550123",
        "tel:+1-203-555-0123",
        "+1203555-0123",
        "203‑555–0123",
        "203-555-0123, x302",
        "+1 203 555 0123 #302",
        "203-555-0123 x302",
        "203-555-0123 ext. 302",
        "011 1 203 555 0123",
    ] {
        assert_eq!(phone(text).e164(), Some("+12035550123"), "{text}");
    }
}

#[test]
fn the_numbers_of_fiction_match_too() {
    for area in ["203", "212", "555", "914", "999"] {
        let typed = format!("({area}) 555-0199");
        assert_eq!(phone(&typed).e164(), Some(format!("+1{area}5550199").as_str()));
        assert_eq!(e164_by_library(&typed, Region::US), phone(&typed).e164);
    }
}

#[test]
fn a_number_abroad_follows_its_own_country() {
    let germany: Region = "de".parse().unwrap();

    assert_eq!(
        Phone::parse("030 123456", germany).unwrap().e164(),
        Some("+4930123456")
    );
    for (text, e164) in [
        ("+49 30 123456", "+4930123456"),
        ("+49 171 1234567", "+491711234567"),
        ("011 49 171 1234567", "+491711234567"),
        ("+86 139 1234 5678 ext. 9", "+8613912345678"),
        ("+44 (0)20 7946 0018", "+442079460018"),
        ("+2035550123", "+2035550123"),
        ("1-800-FLOWERS", "+18003569377"),
    ] {
        assert_eq!(phone(text).e164(), Some(e164), "{text}");
    }
}

#[test]
fn a_number_nobody_understands_is_kept() {
    for text in [
        "call me at work",
        "555-0123",
        "123",
        "0000000000",
        "203-155-0123 or so",
    ] {
        let phone = phone(text);
        assert_eq!((phone.original(), phone.e164()), (text, None));
        assert_eq!(phone.display_national(), text);
    }
}

#[test]
fn a_lead_must_leave_a_number_to_call() {
    for (text, error) in [
        ("", PhoneError::Empty),
        ("  \0 ", PhoneError::Empty),
        ("555-0123", PhoneError::TooShort),
        ("call me maybe 12", PhoneError::TooShort),
        ("123456789", PhoneError::TooShort),
        (&"1".repeat(65), PhoneError::TooLong),
    ] {
        assert_eq!(text.parse::<PhoneText>(), Err(error), "{text}");
    }
    for text in ["(203) 555-0123", "home 555-0123"] {
        let typed: PhoneText = text.parse().unwrap();
        assert_eq!(typed.in_region(Region::US), phone(text));
        assert_eq!(format!("{typed:?}"), "PhoneText(…)");
    }
}

#[test]
fn a_number_is_shown_as_people_dial_it() {
    for (text, shown) in [
        ("2035550123", "(203) 555-0123"),
        ("+1 203.555.0123 extension 302", "(203) 555-0123 ext. 302"),
        ("203 555 0123 x 7", "(203) 555-0123 ext. 7"),
        ("+442079460018", "+44 20 7946 0018"),
    ] {
        assert_eq!(phone(text).display_national(), shown);
    }
}

#[test]
fn a_region_is_a_country_with_phones() {
    assert_eq!("us".parse(), Ok(Region::default()));
    assert_eq!("CA".parse::<Region>().unwrap().as_str(), "CA");
    for text in ["", "XX", "USA", "AQ"] {
        assert_eq!(text.parse::<Region>(), Err(RegionError), "{text}");
    }
}

#[test]
fn a_log_line_does_not_show_it() {
    assert_eq!(format!("{:?}", phone("203-555-0123")), "Phone(…)");
}

proptest! {
    #[test]
    fn the_short_way_and_the_library_agree(
        typed in "(|1|1-|\\+1|\\+1 |1 \\(|\\()[2-9][0-9]{2}[-. )]{0,2}[0-9]{3}[-. ]?[0-9]{4}|\\+?[0-9]{9,13}",
    ) {
        let dialled = dialled(&typed, Region::US).unwrap();
        if let Some(fast) = plain_nanp(&dialled, Region::US) {
            prop_assert_eq!(e164_by_library(&dialled, Region::US), Some(fast), "{}", typed);
        }
    }

    #[test]
    fn nothing_typed_is_lost_and_nothing_panics(
        text in "\\PC{1,64}|[+0-9 x()*#;=./-]{1,40}|\\+?[0-9]{1,16}|tel:[+0-9;=a-z-]{0,30}",
        region in prop::sample::select(vec!["US", "CA", "PR", "BB", "GB", "DE", "IT", "BR", "AR", "MX", "NZ", "CR", "UY"]),
    ) {
        let region = region.parse().unwrap();
        if let Ok(phone) = Phone::parse(&text, region) {
            prop_assert_eq!(phone.original(), text.trim());
            phone.display_national();
            if let Some(e164) = phone.e164() {
                prop_assert!(e164.starts_with('+') && e164[1..].bytes().all(|b| b.is_ascii_digit()), "{}", e164);
            }
        }
    }
}

#[test]
fn only_a_number_is_dialled() {
    for (typed, dialled) in [
        ("(203) 555-0123", Some("+12035550123")),
        ("+49 30 / 12 34", Some("+49301234")),
        ("55 01-23", Some("550123")),
        ("hello", None),
        ("ask Ana, 2nd floor", None),
        ("--", None),
    ] {
        let phone = Phone::parse(typed, Region::US).unwrap();
        assert_eq!(phone.dialled().as_deref(), dialled, "{typed}");
    }
}

#[test]
fn a_link_dials_the_extension_too_and_what_is_no_number_is_no_link() {
    let dialled = |text: &str| Phone::parse(text, Region::US).unwrap().dialled();

    assert_eq!(
        dialled("203-555-0147 ext. 12").as_deref(),
        Some("+12035550147;ext=12")
    );
    assert_eq!(dialled("(203) 555-0147").as_deref(), Some("+12035550147"));
    assert_eq!(dialled("555-0147 x9").as_deref(), Some("5550147;ext=9"));
    assert_eq!(dialled("call me maybe"), None);
    assert_eq!(dialled("12"), None);
}
