namespace Emergence.Cli.Tests.Sae;

/// <summary>Tests that use tensors in this process run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class TensorCollection
{
    public const string Name = "tensors";
}
