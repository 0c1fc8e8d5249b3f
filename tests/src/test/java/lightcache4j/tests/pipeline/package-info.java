/// What pipelines do beside running models.
package lightcache4j.tests.pipeline;
