//! A router that can list itself.
//!
//! A plain axum router cannot say which routes it has, so no test could walk them all. This one
//! can, and it marks each route with what the edge and the extractors need: its pattern for the
//! log, its body cap, its quota, its deadline.

mod mark;
#[cfg(test)]
mod tests;

use std::{convert::Infallible, time::Duration};

use axum::{
    Router,
    extract::Request,
    handler::Handler,
    http::Method,
    response::IntoResponse,
    routing::{self, MethodFilter, MethodRouter},
};
use tower::{Layer, Service};

pub(crate) use mark::RoutePath;
use mark::{Mark, MarkLayer};

use crate::limits::Quota;

/// The surface of an app, on one screen.
pub struct Routes<S> {
    routes: Vec<Route<S>>,
    others: Router<S>,
}

struct Route<S> {
    method: Method,
    handler: MethodRouter<S>,
    mark: Mark,
}

impl<S> Default for Routes<S>
where
    S: Clone + Send + Sync + 'static,
{
    fn default() -> Self {
        Self {
            routes: Vec::new(),
            others: Router::new(),
        }
    }
}

impl<S> Routes<S>
where
    S: Clone + Send + Sync + 'static,
{
    pub fn get<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.on(Method::GET, path, handler)
    }

    pub fn post<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.on(Method::POST, path, handler)
    }

    pub fn put<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.on(Method::PUT, path, handler)
    }

    pub fn patch<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.on(Method::PATCH, path, handler)
    }

    pub fn delete<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.on(Method::DELETE, path, handler)
    }

    fn on<H, T>(mut self, method: Method, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).expect("one of the five methods above");
        self.routes.push(Route {
            method,
            handler: routing::on(filter, handler),
            mark: Mark::new(path),
        });
        self
    }

    /// The most bytes the last route reads. 256 KiB when nothing is said.
    pub fn cap(self, bytes: usize) -> Self {
        self.marked(|mark| mark.cap = bytes)
    }

    /// How often one caller may use the last route.
    pub fn limit(self, quota: Quota) -> Self {
        self.marked(|mark| mark.quota = Some(quota))
    }

    /// How long the last route may take to begin its answer. Ten seconds when nothing is said.
    pub fn deadline(self, deadline: Duration) -> Self {
        self.marked(|mark| mark.deadline = deadline)
    }

    fn marked(mut self, change: impl FnOnce(&mut Mark)) -> Self {
        let last = self.routes.last_mut();
        change(&mut last.expect("a mark follows its route").mark);
        self
    }

    /// Puts a layer round every POST to one of these paths, within the route's cap and deadline.
    pub fn posts_through<L>(mut self, is_one: impl Fn(&str) -> bool, layer: L) -> Self
    where
        L: Layer<routing::Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        for route in &mut self.routes {
            if route.method == Method::POST && is_one(route.mark.path) {
                route.handler = std::mem::take(&mut route.handler).route_layer(layer.clone());
            }
        }
        self
    }

    /// Takes in the routes of a feature folder.
    pub fn merge(mut self, other: Self) -> Self {
        self.routes.extend(other.routes);
        self.others = self.others.merge(other.others);
        self
    }

    /// Adds a router that does not list itself and needs no walk: static assets.
    pub fn and(mut self, router: Router<S>) -> Self {
        self.others = self.others.merge(router);
        self
    }

    /// Every route, in the order it was written down.
    pub fn table(&self) -> Vec<(Method, &'static str)> {
        self.routes
            .iter()
            .map(|route| (route.method.clone(), route.mark.path))
            .collect()
    }

    /// The most bytes a route reads, and how long it may take to begin its answer. None when there is no such route.
    pub fn bounds(&self, method: &Method, path: &str) -> Option<(usize, Duration)> {
        let mut routes = self.routes.iter();
        let found = routes.find(|route| route.method == *method && route.mark.path == path)?;
        Some((found.mark.cap, found.mark.deadline))
    }

    pub fn into_router(self, state: S) -> Router {
        let add = |router: Router<S>, route: Route<S>| {
            let path = route.mark.path;
            router.route(path, route.handler.route_layer(MarkLayer(route.mark)))
        };
        self.routes.into_iter().fold(self.others, add).with_state(state)
    }
}
