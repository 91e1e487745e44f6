//! Sluice runs long, rate-limited work around LinkedIn data as durable background jobs.

pub mod accounts;
pub mod app;
pub mod commands;
pub mod config;
pub mod data_dir;
pub mod domain;
pub mod events;
pub mod first_start;
pub mod http;
pub mod jobs;
pub mod lookups;
pub mod mail;
pub mod maintenance;
pub mod providers;
pub mod randomness;
pub mod reviews;
pub mod sealing;
pub mod serve;
pub mod sign_in;
pub mod store;
pub mod team;
