#!/bin/sh
printf 'Content-Type: text/plain\r\n\r\nHello, %s!\n' "${QUERY_STRING:-world}"
