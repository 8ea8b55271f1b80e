using Emergence.Stages.Curves.Alerts;
using Emergence.Stages.Curves.Identity;

namespace Emergence.Stages.Curves.History;

/// <summary>What a layer remembers from checkpoint to checkpoint.</summary>
/// <param name="Step">The newest checkpoint.</param>
/// <param name="Width">Row length of the decoder, d.</param>
/// <param name="Names">Facet and category of every curve, in order.</param>
/// <param name="Alerts">One per curve.</param>
/// <param name="Lives">One per feature.</param>
/// <param name="First">Decoder row of each feature where its identity began, <c>[features, d]</c>.</param>
/// <param name="Previous">Decoder rows at the newest checkpoint, <c>[features, d]</c>.</param>
internal sealed record LayerMemory(
    long Step,
    int Width,
    IReadOnlyList<(string Facet, string Category)> Names,
    AlertState[] Alerts,
    FeatureLife[] Lives,
    float[] First,
    float[] Previous);
