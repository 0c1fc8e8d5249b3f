/// Pages and drawings that need nothing else: HTML and SVG, written as text.
package lightcache4j.cli.page;
