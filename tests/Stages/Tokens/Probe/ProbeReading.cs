using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Tokens.Probe;

/// <summary>Writes probe texts and tells what their tokens carry.</summary>
internal static class ProbeReading
{
    /// <summary>Each token of a document with its label in a facet: <c>"jury/nn"</c>, <c>"the/"</c> for none. Tokens are the text's pieces.</summary>
    public static string[] Labelled(ProbeSet probe, int document, string facet, string[] pieces)
    {
        var f = probe.Facets.ToList().FindIndex(x => x.Name == facet);
        var labels = probe.Documents[document].Labels[f];
        Assert.Equal(pieces.Length, labels.Length);
        return [.. pieces.Zip(labels, (piece, label) => $"{piece}/{(label < 0 ? "" : probe.Facets[f].Categories[label])}")];
    }
}
