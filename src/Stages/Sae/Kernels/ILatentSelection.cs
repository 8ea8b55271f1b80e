namespace Emergence.Stages.Sae.Kernels;

/// <summary>An architecture's rule for which latents of a training batch are active.</summary>
internal interface ILatentSelection
{
    /// <summary>Selects from the first <paramref name="rows"/> rows of the encoder products, bias and ReLU applied on the way.</summary>
    /// <param name="products"><c>[rows, latents]</c>, x·W_enc without bias.</param>
    /// <param name="bias"><c>[1, latents]</c>, −∞ in the padding.</param>
    /// <param name="rows">Tokens in the batch.</param>
    /// <param name="into">Receives the codes of each token.</param>
    void Select(PaddedMatrix products, PaddedMatrix bias, int rows, SparseCodes into);
}
