use proptest::prelude::*;

use super::*;

#[test]
fn a_number_is_a_number_or_its_text() {
    for json in ["3", "3.0", "\"3\"", "\" 3 \"", "\"3.0\""] {
        assert_eq!(serde_json::from_str::<Beds>(json).unwrap().get(), 3, "{json}");
    }
    for (json, hundredths) in [
        ("2.5", 250),
        ("\"2.5\"", 250),
        ("2", 200),
        ("2.1", 210),
        ("0.1", 10),
        ("1.75", 175),
    ] {
        assert_eq!(
            serde_json::from_str::<Baths>(json).unwrap().hundredths(),
            hundredths,
            "{json}"
        );
    }
    assert_eq!(serde_json::from_str::<Sqft>("\"1,850\"").unwrap().get(), 1_850);
    assert_eq!(
        serde_json::from_str::<Price>("\"1250000.00\"").unwrap().dollars(),
        1_250_000
    );
}

#[test]
fn what_is_no_number_is_refused() {
    for text in [
        "", "three", "NaN", "inf", "-inf", "1e3", "0x10", "1.2.3", "--1", "٣",
    ] {
        assert_eq!(text.parse::<Baths>(), Err(NumberError::NotANumber), "{text}");
    }
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(Beds::try_from(number), Err(NumberError::NotANumber));
        assert_eq!(Baths::try_from(number), Err(NumberError::NotANumber));
    }
    assert_eq!("2.5".parse::<Beds>(), Err(NumberError::NotWhole));
    assert_eq!("1850.5".parse::<Sqft>(), Err(NumberError::NotWhole));
    assert_eq!("-1".parse::<Beds>(), Err(NumberError::OutOfRange { max: 99 }));
    assert_eq!("100".parse::<Baths>(), Err(NumberError::OutOfRange { max: 99 }));
    assert_eq!(
        "99999999999".parse::<Sqft>(),
        Err(NumberError::OutOfRange { max: 10_000_000 })
    );
    for json in ["true", "[]", "{}", "null", "1e999"] {
        assert!(serde_json::from_str::<Beds>(json).is_err(), "{json}");
    }
}

#[test]
fn baths_are_written_as_people_write_them() {
    for (baths, json) in [(2.0, "2"), (2.5, "2.5"), (0.0, "0"), (1.75, "1.75")] {
        let baths = Baths::try_from(baths).unwrap();
        assert_eq!(serde_json::to_string(&baths).unwrap(), json);
        assert_eq!(baths.to_string(), json);
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_back(hundredths in 0u16..=9_900) {
        let baths = Baths::try_from(f64::from(hundredths) / 100.0).unwrap();
        prop_assert_eq!(baths.hundredths(), hundredths);
        prop_assert_eq!(serde_json::from_str::<Baths>(&serde_json::to_string(&baths).unwrap()).unwrap(), baths);
        prop_assert_eq!(baths.to_string().parse(), Ok(baths));
    }

    #[test]
    fn no_number_panics(number: f64, text in ".{0,12}") {
        let _ = (Beds::try_from(number), Baths::try_from(number), Sqft::try_from(number), Price::try_from(number));
        let _ = (text.parse::<Beds>(), text.parse::<Baths>(), text.parse::<Sqft>(), text.parse::<Price>());
    }
}
