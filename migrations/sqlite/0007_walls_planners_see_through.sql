-- PostgreSQL alone has walls between tenants; SQLite only keeps its history in step.
SELECT 1;
