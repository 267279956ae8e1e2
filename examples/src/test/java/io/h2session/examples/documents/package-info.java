/** The code in the documents: what is printed there stands here, compiles and is run. */
package io.h2session.examples.documents;
