use server::Submitted;

use super::{Changed, Named, Sides, decided, is_undecided, is_untouched, remembering};

const FIELDS: [Named; 1] = [("notes", "Message")];

/// Who changed a field that was, is and shall be so.
fn who(was: Option<&str>, theirs: &str, yours: &str) -> Changed {
    let typed = Submitted::default().with("notes", yours);
    let typed = match was {
        Some(was) => typed.with("was.notes", was),
        None => typed,
    };
    let [theirs, yours] = [theirs, yours].map(|text| Submitted::default().with("notes", text));
    Sides::meet(&FIELDS, &typed, (&theirs, 2), &yours).fields[0].changed()
}

#[test]
fn who_changed_a_field_is_known_by_what_it_was() {
    for (was, theirs, yours, changed) in [
        (Some("a"), "a", "a", Changed::Agreed),
        (Some("a"), "b", "b", Changed::Agreed),
        (Some("a"), "b", "a", Changed::Theirs),
        (Some("a"), "a", "b", Changed::Yours),
        (Some("a"), "b", "c", Changed::Both),
        (Some("a"), "", "c", Changed::Both),
        (None, "a", "b", Changed::Both),
        (None, "a", "a", Changed::Agreed),
        (Some("a\r\nb"), "a\nb", "c", Changed::Yours),
    ] {
        assert_eq!(who(was, theirs, yours), changed, "{was:?} {theirs:?} {yours:?}");
    }
}

#[test]
fn a_form_remembers_what_it_was_and_theirs_is_taken_from_there() {
    let form = remembering(Submitted::default().with("notes", "a"), &FIELDS, 3);
    assert!(is_untouched(&form, "notes"));
    let typed = form.without("notes").with("notes", "b");
    assert!(!is_untouched(&typed, "notes"));

    let asked = typed.with("before.notes", "0");
    assert!(is_undecided(&asked, &FIELDS));
    let theirs = decided(asked.clone().with("choose.notes", "theirs"), &FIELDS);
    assert_eq!((theirs.get("notes"), theirs.get("version")), ("a", "3"));
    assert!(!is_undecided(&theirs, &FIELDS));
    let yours = decided(asked.with("choose.notes", "yours"), &FIELDS);
    assert_eq!(yours.get("notes"), "b");
}
