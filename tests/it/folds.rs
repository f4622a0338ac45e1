//! What folds out on a page of the CRM: a form that does has an address that shows it open.

use crate::source::files;

#[test]
fn every_form_that_folds_out_in_the_crm_has_an_address() {
    let mut nameless: Vec<String> = Vec::new();
    let mut looked_at = 0;
    for page in files(&["crates/crm/src"], ".html") {
        for fold in page.text.split("<details").skip(1) {
            let (head, rest) = fold.split_once("<summary").unwrap();
            let body = rest.split("</details>").next().unwrap();
            let is_form = body.contains("<form");
            looked_at += usize::from(is_form);
            if is_form && !head.contains("dialog::at(") {
                nameless.push(format!("{}: {}", page.path, body.trim()));
            }
        }
    }

    assert!(
        nameless.is_empty(),
        "a dialog that nobody can be led to: {nameless:?}"
    );
    assert!(looked_at >= 7, "only {looked_at} were found");
}
