namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers;

/// <summary>Before which pieces a Metaspace pre-tokenizer puts its character.</summary>
internal enum MetaspacePrepend
{
    /// <summary>Before each.</summary>
    Always,

    /// <summary>Before the one that the text begins with.</summary>
    First,

    /// <summary>Before none.</summary>
    Never,
}
