namespace Apache.Arrow.Types;

/// <summary>A logical type.</summary>
public interface IArrowType
{
    /// <summary>Which type this is.</summary>
    ArrowTypeId TypeId { get; }

    /// <summary>The type's name in Arrow's own spelling.</summary>
    string Name { get; }

    /// <summary>Whether every value takes the same number of bits.</summary>
    bool IsFixedWidth { get; }
}
