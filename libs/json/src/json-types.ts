/** Plain JSON. Numbers that a double cannot hold exactly are text. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A JSON object. */
export type JsonObject = { [key: string]: Json };
