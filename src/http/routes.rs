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
pub const OWNER: Access = Access::Needs(Role::Owner);

/// A route as the documentation must name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
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

    pub fn get<H: Handler<T, Shared>, T: 'static>(&mut self, access: Access, path: &'static str, handler: H) {
        self.add(Method::GET, MethodFilter::GET, access, path, handler);
    }

    pub fn post<H: Handler<T, Shared>, T: 'static>(&mut self, access: Access, path: &'static str, handler: H) {
        self.add(Method::POST, MethodFilter::POST, access, path, handler);
    }

    pub fn patch<H: Handler<T, Shared>, T: 'static>(&mut self, access: Access, path: &'static str, handler: H) {
        self.add(Method::PATCH, MethodFilter::PATCH, access, path, handler);
    }

    pub fn delete<H: Handler<T, Shared>, T: 'static>(&mut self, access: Access, path: &'static str, handler: H) {
        self.add(Method::DELETE, MethodFilter::DELETE, access, path, handler);
    }

    fn add<H: Handler<T, Shared>, T: 'static>(
        &mut self,
        method: Method,
        filter: MethodFilter,
        access: Access,
        path: &'static str,
        handler: H,
    ) {
        let gate = Gate { app: self.app.clone(), access };
        let routes = on(filter, handler).route_layer(from_fn_with_state(gate, admit));
        self.router = std::mem::take(&mut self.router).route(path, routes);
        self.listed.push(Listed { method, path, access });
    }

    pub fn finish(self) -> (Router<Shared>, Vec<Listed>) {
        (self.router, self.listed)
    }
}
