//! Reading cookies. Who writes one says how in its own file: sessions, flashes, the theme.

use axum::http::{HeaderMap, header};

/// The value of a cookie. The first one wins, as in browsers' order: the longest path.
pub fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let headers = HeaderMap::from_iter([(header::COOKIE, "xa=1; a=2=3; b=4".parse().unwrap())]);
        assert_eq!(get(&headers, "a"), Some("2=3"));
        assert_eq!(get(&headers, "b"), Some("4"));
        assert_eq!(get(&headers, "c"), None);
    }
}
