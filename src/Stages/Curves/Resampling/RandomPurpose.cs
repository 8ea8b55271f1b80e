namespace Emergence.Stages.Curves.Resampling;

/// <summary>What a stream of random numbers is for: different purposes never share numbers.</summary>
internal enum RandomPurpose
{
    /// <summary>Bootstrap draws of documents.</summary>
    Bootstrap = 1,

    /// <summary>Permuted labels.</summary>
    Permutation = 2,
}
