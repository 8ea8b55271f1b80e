namespace Emergence.Sinks.Arrow;

/// <summary>What a column means, beside its name and type.</summary>
/// <param name="Meaning">One clause without a full stop.</param>
/// <param name="Unit">Unit of its values; <c>–</c> where they have none.</param>
/// <param name="Range">Which values occur.</param>
internal sealed record ColumnDoc(string Meaning, string Unit, string Range)
{
    public const string NoUnit = "–";
    public const string Share = "0 to 1";
    public const string Count = "0 and up";

    public static readonly ColumnDoc Step = new("Training step of the checkpoint", "steps", Count);
    public static readonly ColumnDoc Layer = new("Layer of the model whose activations are measured", "index", "from 0");
    public static readonly ColumnDoc Feature = new("Feature (latent) of that layer's SAE", "index", "from 0, below the SAE's number of features");
    public static readonly ColumnDoc Facet = new("Way of labelling tokens, such as genre or pos", NoUnit, "a facet of the probe set");
    public static readonly ColumnDoc Category = new("Category of the facet", NoUnit, "a category of the facet");

    /// <summary>Whether files of earlier versions of emergence may lack it.</summary>
    public bool IsAdded { get; init; }
}
