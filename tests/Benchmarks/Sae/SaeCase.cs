namespace Emergence.Benchmarks.Sae;

/// <summary>One shape of SAE, and the planted dictionary it learns: as many true directions as latents, as many in each row as fire.</summary>
/// <param name="Name">What <c>--case</c> calls it.</param>
/// <param name="D">Dimension of an activation.</param>
/// <param name="Features">F, and true directions.</param>
/// <param name="K">Latents that fire, and directions in a row.</param>
/// <param name="Batch">Tokens of a step.</param>
/// <param name="Rows">Rows of the file that quality is measured on, gone over and over.</param>
/// <param name="Steps">Steps of the whole quality run.</param>
internal sealed record SaeCase(string Name, int D, int Features, int K, int Batch, int Rows, int Steps)
{
    public static readonly SaeCase Small = new("small", 128, 1024, 16, 2048, 409_600, 4000);
    public static readonly SaeCase Big = new("big", 512, 4096, 32, 4096, 819_200, 200);

    public override string ToString() => $"{Name}: d {D}, F {Features}, k {K}, batch {Batch}";
}
