namespace Emergence.Stages.Tests.Models;

/// <summary>Shape of a reference model; <paramref name="Rotary"/> counts dimensions of a head.</summary>
internal sealed record ReferenceShape(
    int Layers, int Hidden, int Heads, int Inner, int Vocabulary, int Rotary, double Base, bool Parallel, bool Tied, bool Bias, double Epsilon);
