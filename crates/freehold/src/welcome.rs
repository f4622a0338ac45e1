//! What the terminal says when everything is up: where to look, and how to get in.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
    net::SocketAddr,
};

use admin::seed::{DEMO_PASSWORD, DEMO_SIGN_INS};

use crate::house::Doors;

/// Tenants that are listed; an installation with more knows its own addresses.
pub(crate) const MOST_PLACES: i64 = 5;

/// A tenant, and the name its site answers to.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) hostname: String,
}

/// Prints it. A closed standard output is no reason not to run.
pub(crate) fn print(places: &[Place], doors: Doors) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match write!(out, "{}", text(places, doors)).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn text(places: &[Place], doors: Doors) -> String {
    let url = |host: &str, door: SocketAddr| format!("http://{host}:{}", door.port());
    let mut text = String::from("\nFreehold is running. Ctrl-C stops it.\n\n");
    for place in places {
        line(
            &mut text,
            &place.name,
            "website",
            &url(&place.hostname, doors.web),
        );
        line(&mut text, "", "CRM", &url(&place.hostname, doors.crm));
    }
    line(&mut text, "Operators", "console", &url("localhost", doors.admin));
    sign_ins(&mut text, places);
    text
}

/// The demo's people, where the demo is; who changed a password knows it.
fn sign_ins(text: &mut String, places: &[Place]) {
    let is_here = |slug| places.iter().any(|place| place.slug == slug);
    if !DEMO_SIGN_INS
        .iter()
        .filter_map(|person| person.tenant)
        .any(is_here)
    {
        return;
    }
    writeln!(text, "\nSign in with the password {DEMO_PASSWORD} as").expect("a string takes any text");
    for person in DEMO_SIGN_INS {
        let place = person.tenant.unwrap_or("the console");
        line(text, person.email, person.role, place);
    }
}

fn line(text: &mut String, first: &str, second: &str, third: &str) {
    writeln!(text, "  {first:<30}  {second:<8}  {third}").expect("a string takes any text");
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn doors() -> Doors {
        let at = |port| SocketAddr::from(([127, 0, 0, 1], port));
        Doors {
            web: at(3000),
            crm: at(3001),
            admin: at(3002),
        }
    }

    fn place(slug: &str, name: &str) -> Place {
        Place {
            slug: slug.to_owned(),
            name: name.to_owned(),
            hostname: format!("{slug}.localhost"),
        }
    }

    #[test]
    fn it_says_where_everything_is_and_how_to_get_in() {
        let places = [
            place("fairfield", "Fairfield Baseline"),
            place("hudson", "Hudson & Vine"),
        ];

        assert_snapshot!(text(&places, doors()), @r"
        Freehold is running. Ctrl-C stops it.

          Fairfield Baseline              website   http://fairfield.localhost:3000
                                          CRM       http://fairfield.localhost:3001
          Hudson & Vine                   website   http://hudson.localhost:3000
                                          CRM       http://hudson.localhost:3001
          Operators                       console   http://localhost:3002

        Sign in with the password freehold-demo-2026 as
          ava@fairfield.example.com       owner     fairfield
          ben@fairfield.example.com       agent     fairfield
          hugo@hudson.example.com         owner     hudson
          ops@freehold.example.com        admin     the console
          olivia@freehold.example.com     operator  the console
          sam@freehold.example.com        support   the console
          vera@freehold.example.com       viewer    the console
        ");
    }

    #[test]
    fn it_does_not_offer_sign_ins_that_are_not_there() {
        assert!(!text(&[place("acme", "Acme Realty")], doors()).contains(DEMO_PASSWORD));
        assert!(!text(&[], doors()).contains(DEMO_PASSWORD));
    }
}
