//! Collects routes, each with its demand, so that none is without one.

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, on};
use http::Method;

use super::Shared;
use super::caller::{Access, Gate, admit};
use crate::domain::Role;

pub const PUBLIC: Access = Access::Public;
pub const VIEWER: Access = Access::Needs(Role::Viewer);
pub const MEMBER: Access = Access::Needs(Role::Member);
/// As [`VIEWER`] and [`MEMBER`], for the tracker.
pub const TRACKER_VIEWER: Access = Access::Confides(Role::Viewer);
pub const TRACKER_MEMBER: Access = Access::Confides(Role::Member);
pub const OWNER: Access = Access::Needs(Role::Owner);
pub const CONNECTS: Access = Access::Connects(Role::Viewer);

/// A route as the documentation must name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    pub surface: Surface,
}

/// Whom a route is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// Programs: named in the API document.
    Api,
    /// People with a browser.
    Page,
}

pub struct Routes {
    app: Shared,
    router: Router<Shared>,
    listed: Vec<Listed>,
}

impl Routes {
    pub fn new(app: Shared) -> Self {
        Self { app, router: Router::new(), listed: Vec::new() }
    }

    /// A page, or a piece of one.
    pub fn page<H: Handler<T, Shared>, T: 'static>(&mut self, access: Access, path: &'static str, handler: H) {
        self.add(Method::GET, MethodFilter::GET, access, path, handler, Surface::Page);
    }

    /// What a form of a page is sent to.
    pub fn form<H: Handler<T, Shared>, T: 'static>(&mut self, access: Access, path: &'static str, handler: H) {
        self.add(Method::POST, MethodFilter::POST, access, path, handler, Surface::Page);
    }

    pub fn get<H: Handler<T, Shared>, T: 'static>(&mut self, access: Access, path: &'static str, handler: H) {
        self.add(Method::GET, MethodFilter::GET, access, path, handler, Surface::Api);
    }

    pub fn post<H: Handler<T, Shared>, T: 'static>(&mut self, access: Access, path: &'static str, handler: H) {
        self.add(Method::POST, MethodFilter::POST, access, path, handler, Surface::Api);
    }

    pub fn patch<H: Handler<T, Shared>, T: 'static>(&mut self, access: Access, path: &'static str, handler: H) {
        self.add(Method::PATCH, MethodFilter::PATCH, access, path, handler, Surface::Api);
    }

    pub fn put<H: Handler<T, Shared>, T: 'static>(&mut self, access: Access, path: &'static str, handler: H) {
        self.add(Method::PUT, MethodFilter::PUT, access, path, handler, Surface::Api);
    }

    pub fn delete<H: Handler<T, Shared>, T: 'static>(&mut self, access: Access, path: &'static str, handler: H) {
        self.add(Method::DELETE, MethodFilter::DELETE, access, path, handler, Surface::Api);
    }

    fn add<H: Handler<T, Shared>, T: 'static>(
        &mut self,
        method: Method,
        filter: MethodFilter,
        access: Access,
        path: &'static str,
        handler: H,
        surface: Surface,
    ) {
        let gate = Gate { app: self.app.clone(), access, surface };
        let routes = on(filter, handler).route_layer(from_fn_with_state(gate, admit));
        self.router = std::mem::take(&mut self.router).route(path, routes);
        self.listed.push(Listed { method, path, access, surface });
    }

    pub fn finish(self) -> (Router<Shared>, Vec<Listed>) {
        (self.router, self.listed)
    }
}
