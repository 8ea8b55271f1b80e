namespace Apache.Arrow.Types;

/// <summary>Base of all types.</summary>
public abstract class ArrowType : IArrowType
{
    /// <inheritdoc/>
    public abstract ArrowTypeId TypeId { get; }

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public virtual bool IsFixedWidth => false;
}
