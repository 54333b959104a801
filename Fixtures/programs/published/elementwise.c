/*
 * Quantize, dequantize, the rectifier and add as published: the chunk comes from bank 0 alone, and only quantize looks whether bank 1 can hold
 * it too. The output's lines are dropped after, not before.
 */
#include "elementwise.h"

#define BANK0 IDMA_BUFFER_SIZE_DRAM0
#define BANK1 IDMA_BUFFER_SIZE_DRAM1

static int run(chunk_operator *o)
{
    chunks_write_back_inputs(o);
    chunks_in_turn(o);
    chunks_invalidate_output(o);
    return 0;
}

int sample_quantize(const tp_quantize *call)
{
    chunk_operator o = quantize_operator(call);
    if (!chunks_use_banks(&o)) {
        return chunks_direct(&o);
    }
    o.chunk = BANK0 / 5;
    if (BANK1 / 5 >= o.chunk) {
        chunk_place(&o, 0, 0, 0, 0, BANK0 * 4 / 5);
        chunk_place(&o, 1, 1, 0, 0, BANK1 * 4 / 5);
        return run(&o);
    }
    /* Inputs in one bank, outputs in the other, one chunk after the other. */
    o.chunk = smaller(BANK0 / (int)sizeof(float), BANK1);
    o.local_input[0][0] = bank_part("input 0 ping", 0, 0, (size_t)o.chunk * sizeof(float));
    o.local_output[0] = bank_part("output ping", 1, 0, (size_t)o.chunk);
    chunks_write_back_inputs(&o);
    chunks_one_by_one(&o);
    chunks_invalidate_output(&o);
    return 0;
}

int sample_dequantize(const tp_dequantize *call)
{
    chunk_operator o = dequantize_operator(call);
    if (!chunks_use_banks(&o)) {
        return chunks_direct(&o);
    }
    o.chunk = BANK0 / 5;
    chunk_place(&o, 0, 0, 0, 0, BANK0 / 5);
    chunk_place(&o, 1, 1, 0, 0, BANK1 / 5);
    return run(&o);
}

int sample_relu(const tp_relu *call)
{
    chunk_operator o = relu_operator(call);
    if (!chunks_use_banks(&o)) {
        return chunks_direct(&o);
    }
    o.chunk = BANK0 / 2;
    chunk_place(&o, 0, 0, 0, 0, BANK0 / 2);
    chunk_place(&o, 1, 1, 0, 0, BANK1 / 2);
    return run(&o);
}

static void compute_add(const void *call, const void *first, const void *second, void *output, int elements)
{
    (void)call;
    rvaddf(output, first, second, elements);
}

/* The portable sum, for counts that the vector kernel does not take. */
static void compute_any_add(const void *call, const void *first, const void *second, void *output, int elements)
{
    (void)call;
    rvaddf_any(output, first, second, elements);
}

int sample_add(const tp_add *call)
{
    int fits_kernel = call->elements >= 8 && call->elements % 2 == 0;
    chunk_operator o = add_operator(call, fits_kernel ? compute_add : compute_any_add);
    if (!chunks_use_banks(&o) || !fits_kernel) {
        return chunks_direct(&o);
    }
    /* Both banks are laid out by the size of bank 0. */
    int part = add_part(BANK0);
    o.chunk = part / (int)sizeof(float);
    chunk_place(&o, 0, 0, 0, part, 2 * part);
    chunk_place(&o, 1, 1, 0, part, 2 * part);
    return run(&o);
}
