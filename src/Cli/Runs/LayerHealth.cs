namespace Emergence.Cli.Runs;

/// <summary>How well a layer's SAE does at the newest step.</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="LmLoss">Language-model loss, nats per token; null where nobody knows it.</param>
/// <param name="Fvu">Fraction of variance unexplained.</param>
/// <param name="DeadFraction">Share of features that fire on no probe token.</param>
internal sealed record LayerHealth(int Layer, double? LmLoss, double Fvu, double DeadFraction);
