import type { Text } from './plan.ts';

/**
 * The path of a file: absolute, or with holes that are filled at run time and a result that must be below these
 * folders.
 */
export type FilePath = string | { readonly text: Text; readonly folder: string; readonly within: readonly string[] };

/** The octets of a file or, with `number`, of one message of an mbox, counted from 1. */
export interface FileContent {
  readonly path: FilePath;
  readonly number?: Text;
  /** Includes the empty line that ends the message in the mbox. */
  readonly blankLine?: boolean;
}

export interface Message {
  readonly source:
    | { readonly from: 'file'; readonly file: FileContent }
    | { readonly from: 'raw'; readonly text: Text }
    | { readonly from: 'fields'; readonly fields: MessageFields };
  /** The exact size in octets that the message is padded to, before dot-stuffing. */
  readonly size?: number;
}

export interface MessageFields {
  readonly from?: Text;
  readonly to?: readonly Text[];
  readonly cc?: readonly Text[];
  readonly subject?: Text;
  readonly text?: Text;
  readonly html?: Text;
  readonly headers: readonly { readonly name: string; readonly value: Text }[];
  readonly attachments: readonly Attachment[];
}

export interface Attachment {
  readonly filename?: Text;
  readonly type?: string;
  readonly content:
    | { readonly from: 'text'; readonly text: Text }
    | { readonly from: 'file'; readonly path: FilePath }
    | { readonly from: 'size'; readonly size: number };
}
