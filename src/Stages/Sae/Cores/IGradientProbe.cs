namespace Emergence.Stages.Sae.Cores;

/// <summary>Lets tests see a core's gradients: a step alone hides their size behind Adam.</summary>
internal interface IGradientProbe
{
    /// <summary>
    /// The loss's gradients for the first <paramref name="rows"/> tokens of the batch, before the parallel part is removed and before
    /// clipping, in the order and shapes of <see cref="SaeSnapshot.Weights"/>. Weights, moments and clocks stay as they are.
    /// </summary>
    SaeSnapshot Gradients(int rows, in SaeStepPlan plan);
}
