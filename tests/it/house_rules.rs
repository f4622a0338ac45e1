//! Reads the source and holds it to the rules that the compiler does not keep. Each says why at its end.

use crate::source::{Source, files};

const NONE: [String; 0] = [];
const APPS: [&str; 4] = [
    "crates/web/",
    "crates/crm/",
    "crates/admin/",
    "crates/ingestion-worker/",
];

/// The Rust files of the crates that are not tests.
fn crates() -> Vec<Source> {
    let mut sources = files(&["crates", "bench"], ".rs");
    sources.retain(|source| !source.is_test());
    sources
}

fn paths<'a>(sources: impl Iterator<Item = &'a Source>) -> Vec<String> {
    sources.map(|source| source.path.clone()).collect()
}

#[test]
fn only_doors_make_the_key_of_a_tenant() {
    let allowed = ["crates/db/src/door/", "crates/db/src/testing/"];

    let makers = crates();
    let makers = makers
        .iter()
        .filter(|source| source.code().contains("TenantScope::new") && !source.is_under(&allowed));

    assert_eq!(paths(makers), NONE, "a key is made without looking anything up");
}

#[test]
fn what_belongs_to_a_tenant_is_reached_with_its_key() {
    let mut keyless = Vec::new();
    for source in crates()
        .iter()
        .filter(|source| source.is_under(&["crates/db/src/tenant/"]))
    {
        let code = source.code();
        for function in code.split("pub async fn ").skip(1) {
            let (signature, _body) = function.split_once('{').unwrap();
            if !signature.contains("scope: &TenantScope") {
                keyless.push(format!("{}: {signature}", source.path));
            }
        }
    }

    assert_eq!(keyless, NONE, "a function that anybody may call for any tenant");
}

#[test]
fn every_statement_about_a_tenant_names_it() {
    let verbs = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "];
    let rooms = ["crates/db/src/tenant/", "crates/db/src/intake/"];
    let mut forgetful = Vec::new();
    let mut looked_at = 0;
    for source in crates().iter().filter(|source| source.is_under(&rooms)) {
        let strings = source.strings();
        for (place, sql) in strings.iter().enumerate() {
            let is_statement = verbs.iter().any(|verb| sql.trim_start().starts_with(verb));
            looked_at += usize::from(is_statement);
            // One that breaks off in its list of columns, or before its table, goes on in the next pieces.
            let breaks_off = sql.ends_with(',') || sql.ends_with("FROM ");
            let pieces = if breaks_off { 3 } else { 1 };
            let names_it = |piece: &String| piece.contains("tenant_id");
            if is_statement && !strings[place..].iter().take(pieces).any(names_it) {
                forgetful.push(format!("{}: {sql}", source.path));
            }
        }
    }

    assert_eq!(forgetful, NONE, "a statement that forgot whose rows it means");
    assert!(looked_at > 20, "only {looked_at} statements were found");
}

/// What reads leads, or what belongs to them, without asking whether the holder of the key sees them, and why it may.
const UNASKED: [(&str, &str); 44] = [
    ("assignment/many.rs tags", "rules ask on behalf of the tenant"),
    ("assignment/mod.rs tags_of", "rules ask on behalf of the tenant"),
    ("bulk_edits/removed/contacts.rs KEEP", "its caller found them"),
    ("bulk_edits/removed/contacts.rs TAKE", "the same"),
    (
        "bulk_edits/removed/contacts.rs CHOOSE",
        "what is unique is so, seen or not",
    ),
    ("bulk_edits/removed/leads.rs KEEP", "its caller found them"),
    ("bulk_edits/removed/leads.rs TAKE", "the same"),
    ("bulk_edits/removed/leads.rs contact_of", "the same"),
    (
        "bulk_edits/numbers.rs RUNG",
        "its caller found the leads, and counts whoever rang their contact",
    ),
    (
        "bulk_edits/removed/mod.rs may_come_back",
        "who is gone is told of to whoever sees the edit that took them",
    ),
    (
        "bulk_edits/removed/mod.rs for_good",
        "what is forgotten of whoever is gone, seen or not",
    ),
    (
        "consents.rs of_contact",
        "what somebody refused is refused to whoever would write to them",
    ),
    ("contacts/delete.rs delete", "its caller found them"),
    ("contacts/erase.rs erase", "an owner erases, and owners see all"),
    ("contacts/erase.rs theirs", "an owner erases, and owners see all"),
    (
        "contacts/erase.rs forget_mails_about",
        "an owner erases, and owners see all",
    ),
    ("contacts/named.rs reminders", "the same"),
    (
        "contacts/many.rs FIND",
        "the worker's and imports', for whom nobody is a stranger",
    ),
    (
        "contacts/mod.rs select_contacts",
        "the columns alone: who uses it asks",
    ),
    (
        "contacts/mod.rs has_or_had",
        "an address or a number is one contact's, seen or not",
    ),
    (
        "departures.rs belongings",
        "an owner removes members, and owners see all",
    ),
    (
        "departures.rs give_leads",
        "an owner removes members, and owners see all",
    ),
    (
        "duplicates.rs suspect_names",
        "writes pairs down, which are seen or not when they are listed",
    ),
    (
        "corrections.rs list_memories",
        "puts right what leads remember of a line that its caller found, as triggers wrote it down",
    ),
    (
        "heat.rs STEPS_OF",
        "tells signs of leads that were found, by their contacts",
    ),
    (
        "heat.rs NEWEST_STEPS",
        "narrows a list beside select_leads!, which asks",
    ),
    ("heat.rs AFTER_LONG", "the same"),
    (
        "imports/people.rs remove_untouched",
        "takes back what an import brought, and touches no contact with a lead",
    ),
    (
        "interest.rs list",
        "scores leads that were found, by their contacts",
    ),
    ("interest.rs homes_of", "its caller found the contact"),
    (
        "leads/claim.rs claimed_lately",
        "whoever was slower is told who has what both saw a moment ago",
    ),
    (
        "leads/mod.rs is_there",
        "a form that is sent again made its lead, seen or not; nothing else is told of it",
    ),
    (
        "leads/narrow.rs needs",
        "narrows a list beside select_leads!, which asks",
    ),
    (
        "merges/hands.rs LEADS",
        "a merge moves whatever names its contacts, which its caller found",
    ),
    ("merges/hands.rs ACTIVITIES", "the same"),
    ("merges/hands.rs REMINDERS", "the same"),
    ("merges/mod.rs carry_out", "the same"),
    ("merges/mod.rs keep_as_they_were", "the same"),
    ("merges/mod.rs SAY_AGAIN", "it says again what was said before"),
    (
        "notices.rs take_to_mail",
        "tells whoever a lead was given to, and is still theirs",
    ),
    (
        "words/conditions.rs leads_of",
        "narrows a list beside select_leads!, which asks",
    ),
    (
        "words/conditions.rs contacts_of",
        "a condition of lists, which ask it of each of their contacts",
    ),
    (
        "words/conditions.rs of_lead",
        "a condition of lists, which ask it of each of their leads",
    ),
    (
        "words/conditions.rs of_contact",
        "a condition of lists, which ask it of each of their rows",
    ),
];

/// The functions, macros and constants of a file, each with its name.
fn items(text: &str) -> Vec<(String, String)> {
    const STARTS: [&str; 3] = ["fn ", "macro_rules! ", "const "];
    let mut found: Vec<(String, String)> = Vec::new();
    for part in text.split("\n\n") {
        let head = part
            .lines()
            .find(|line| !line.starts_with("//") && STARTS.iter().any(|start| line.contains(start)));
        let name = head.filter(|head| !head.starts_with(' ')).and_then(|head| {
            let (_, after) = STARTS.iter().find_map(|start| head.split_once(start))?;
            after.split(|c: char| !c.is_alphanumeric() && c != '_').next()
        });
        match (name, found.last_mut()) {
            (Some(name), _) => found.push((name.to_owned(), part.to_owned())),
            // The rest of one with an empty line in it.
            (None, Some((_, last))) => last.push_str(part),
            (None, None) => {}
        }
    }
    found
}

/// Whether something reads leads, or what belongs to them.
fn reads_leads(item: &str) -> bool {
    let words: Vec<_> = item.split_whitespace().collect();
    let is_noun = |word: &str| {
        let word = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        ["leads", "contacts", "activities", "reminders"].contains(&word)
    };
    let reads = |two: &[&str]| ["FROM", "JOIN"].contains(&two[0]) && is_noun(two[1]);
    item.contains("select_contacts!(") || (item.contains("SELECT ") && words.windows(2).any(reads))
}

#[test]
fn whoever_reads_leads_asks_whether_they_are_seen() {
    let room = "crates/db/src/tenant/";
    let (mut blind, mut asking) = (Vec::new(), 0);
    let is_asked = |source: &&Source| source.is_under(&[room]) && !source.path.ends_with("tests.rs");
    for source in crates().iter().filter(is_asked) {
        let file = source.path.trim_start_matches(room);
        let text = source.text.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
        for (name, item) in items(text).into_iter().filter(|(_, item)| reads_leads(item)) {
            let item_of_file = format!("{file} {name}");
            let asks = ["sees_lead!", "sees_contact!", "sees_about!"]
                .iter()
                .any(|ask| item.contains(ask));
            asking += usize::from(asks);
            if !asks && !UNASKED.iter().any(|(excused, _)| *excused == item_of_file) {
                blind.push(item_of_file);
            }
        }
    }

    assert_eq!(blind, NONE, "an agent would see the leads of others here");
    assert!(asking > 15, "only {asking} statements were found that ask");
}

#[test]
fn web_and_crm_never_cross_tenants() {
    let apps = crates();
    let crossing = apps
        .iter()
        .filter(|source| source.is_under(&["crates/web/", "crates/crm/"]))
        .filter(|source| {
            source
                .words()
                .iter()
                .any(|word| word == "PlatformScope" || word == "platform")
        });

    assert_eq!(
        paths(crossing),
        NONE,
        "only operators and the worker hold the platform's key"
    );
}

#[test]
fn nobody_believes_a_header_that_names_a_tenant() {
    let sources = crates();
    let believers = sources.iter().filter(|source| {
        let strings = source.strings();
        strings
            .iter()
            .any(|text| text.eq_ignore_ascii_case("x-tenant-id"))
    });

    assert_eq!(paths(believers), NONE, "a client would choose its tenant");
}

/// The names below `[…dependencies]` of a manifest that are no test's, each with the rest of its line.
fn dependencies(manifest: &Source) -> Vec<(String, String)> {
    let mut section = "";
    let mut found = Vec::new();
    for line in manifest.text.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
        } else if let Some((name, rest)) = line.split_once(['.', '=', ' '])
            && matches!(section, "dependencies" | "build-dependencies")
        {
            found.push((name.to_owned(), rest.to_owned()));
        }
    }
    found
}

fn manifests() -> Vec<Source> {
    files(&["crates", "bench", "tests"], "Cargo.toml")
}

#[test]
fn what_tests_may_do_stays_in_tests() {
    let manifests = manifests();
    let leaking = manifests.iter().filter(|manifest| {
        let own = dependencies(manifest);
        !manifest.is_test() && own.iter().any(|(_, rest)| rest.contains("\"testing\""))
    });

    assert_eq!(
        paths(leaking),
        NONE,
        "the feature `testing` makes keys: it is a dev-dependency's only"
    );
}

#[test]
fn walls_are_lines_in_manifests() {
    // Who may depend on what; the benchmark stands outside and measures through the wall.
    let pages = [
        "crates/server/",
        "crates/web/",
        "crates/crm/",
        "crates/admin/",
        "crates/ingestion-worker/",
        "bench/",
    ];
    let commands = [
        "crates/freehold/",
        "crates/admin/",
        "crates/ingestion-worker/",
        "crates/web/",
        "crates/crm/",
        "bench/",
    ];
    let walls: [(&str, &[&str]); 6] = [
        ("sqlx", &["crates/db/", "bench/"]),
        ("jiff-sqlx", &["crates/db/"]),
        ("axum", &pages),
        ("axum-extra", &pages),
        ("askama", &pages),
        ("clap", &commands),
    ];

    let mut holes = Vec::new();
    for manifest in manifests() {
        for (name, _) in dependencies(&manifest) {
            let wall = walls.iter().find(|(walled, _)| *walled == name);
            if wall.is_some_and(|(_, allowed)| !manifest.is_under(allowed)) {
                holes.push(format!("{} depends on {name}", manifest.path));
            }
        }
    }

    assert_eq!(
        holes, NONE,
        "a handler could contain SQL, or a rule could answer HTTP"
    );
}

#[test]
fn apps_never_see_each_other() {
    let names = ["web", "crm", "admin", "ingestion-worker", "freehold"];
    let mut seen = Vec::new();
    for manifest in manifests().iter().filter(|manifest| manifest.is_under(&APPS)) {
        for (name, _) in dependencies(manifest) {
            if names.contains(&name.as_str()) {
                seen.push(format!("{} depends on {name}", manifest.path));
            }
        }
    }

    assert_eq!(seen, NONE, "what two apps need lives below them");
}

#[test]
fn text_is_trusted_in_one_place() {
    let templates = files(&["crates"], ".html");
    let sources = crates();

    let trusting = paths(
        templates
            .iter()
            .filter(|template| template.text.replace(' ', "").contains("|safe")),
    );
    let makers = paths(
        sources
            .iter()
            .filter(|source| source.code().contains("HtmlSafe for")),
    );

    assert_eq!(trusting, NONE, "a template does not know what is harmless");
    assert_eq!(
        makers,
        ["crates/web/src/site/markup.rs"],
        "what is put into a page as it is has one maker"
    );
}

#[test]
fn no_file_is_longer_than_a_sitting() {
    let long: Vec<_> = crates()
        .iter()
        .map(|source| (source.text.lines().count(), &source.path))
        .filter(|(lines, _)| *lines > 400)
        .map(|(lines, path)| format!("{path} has {lines} lines"))
        .collect();

    assert_eq!(long, NONE, "split it where you would have written a comment");
}

#[test]
fn migrations_have_equal_numbers() {
    let names = |folder: &str| -> Vec<String> {
        let files = files(&[folder], ".sql");
        files
            .iter()
            .map(|file| file.path.rsplit('/').next().unwrap().to_owned())
            .collect()
    };

    assert_eq!(names("migrations/sqlite"), names("migrations/postgres"));
}
