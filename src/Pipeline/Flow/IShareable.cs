namespace Emergence.Pipeline.Flow;

/// <summary>A message that can pass through a tee.</summary>
public interface IShareable
{
    /// <summary>
    /// Makes another message of the same type and content for another owner. Each is disposed by its own owner; what they hold in
    /// common (a tensor, a pooled buffer) is freed with the last of them.
    /// </summary>
    /// <returns>A new message, never this one.</returns>
    Message Share();
}
