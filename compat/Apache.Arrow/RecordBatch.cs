namespace Apache.Arrow;

/// <summary>Columns of equal length under a schema.</summary>
public class RecordBatch : IDisposable
{
    private readonly List<IArrowArray> _columns;

    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is below zero.</exception>
    public RecordBatch(Schema schema, IEnumerable<IArrowArray> data, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(schema);
        _columns = [.. data];
        Schema = schema;
        Length = length;
    }

    /// <summary>The columns' names and types.</summary>
    public Schema Schema { get; }

    /// <summary>Number of columns.</summary>
    public int ColumnCount => _columns.Count;

    /// <summary>The columns, in order.</summary>
    public IEnumerable<IArrowArray> Arrays => _columns;

    /// <summary>Number of rows.</summary>
    public int Length { get; }

    /// <summary>The column at a place.</summary>
    public IArrowArray Column(int i) => _columns[i];

    /// <summary>A view of some of the rows.</summary>
    public RecordBatch Slice(int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length);
        length = Math.Min(Length - offset, length);
        return new RecordBatch(Schema, _columns.Select(column => ArrowArrayFactory.Slice(column, offset, length)), length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var column in _columns)
            {
                column.Dispose();
            }
        }
    }
}
