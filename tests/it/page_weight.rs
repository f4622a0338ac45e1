//! What a visitor's telephone has to fetch before it shows a page.

use std::collections::BTreeSet;

use reqwest::{Method, header};
use tests::{Caller, FAIRFIELD, HUDSON, World};

/// HTML, styles and scripts of a page together, compressed.
const MOST: usize = 60 * 1024;

/// Of it, the scripts.
const MOST_SCRIPT: usize = 15 * 1024;

/// A file as it goes over the wire to a browser.
async fn over_the_wire(visitor: &Caller, path: &str) -> usize {
    let request = visitor
        .request(Method::GET, path)
        .header(header::ACCEPT_ENCODING, "gzip");
    let response = request.send().await.unwrap().error_for_status().unwrap();
    response.bytes().await.unwrap().len()
}

/// What stands in an attribute, wherever it does.
fn all<'a>(page: &'a str, attribute: &str) -> BTreeSet<&'a str> {
    let values = page.split(attribute).skip(1);
    values.filter_map(|rest| rest.split('"').next()).collect()
}

#[tokio::test]
async fn a_page_is_light_and_fetches_nothing_from_elsewhere() {
    let world = World::seeded().await;
    let web = world.web().await;
    for (host, path) in [
        (FAIRFIELD, "/towns/westport"),
        (FAIRFIELD, "/"),
        (FAIRFIELD, "/home-search"),
        (HUDSON, "/"),
    ] {
        let visitor = web.caller(host);
        let page = visitor.get(path).await.expect(200).text;
        let sources = all(&page, " src=\"");
        assert!(
            sources.iter().all(|source| source.starts_with('/')),
            "{sources:?}"
        );
        let links = all(&page, " href=\"");
        let styles = links.iter().filter(|link| link.ends_with(".css"));
        let scripts = sources.iter().filter(|source| source.ends_with(".js"));

        let mut weights = [over_the_wire(&visitor, path).await, 0, 0];
        assert!(weights[0] < page.len() / 2, "{path} is not compressed");
        for style in styles {
            weights[1] += over_the_wire(&visitor, style).await;
        }
        for script in scripts {
            weights[2] += over_the_wire(&visitor, script).await;
        }

        assert!(weights[1] > 0 && weights[2] > 0, "{path} has styles and a script");
        assert!(
            weights.iter().sum::<usize>() <= MOST,
            "{host}{path} weighs {weights:?}"
        );
        assert!(weights[2] <= MOST_SCRIPT, "{host}{path} weighs {weights:?}");
    }
}
