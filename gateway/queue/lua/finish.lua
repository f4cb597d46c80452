-- It is whole from now on. ARGV: epoch while it was built, epoch

call('SET', P .. ':epoch', ARGV[2])
call('SET', P .. ':run', call('INFO', 'server'):match('run_id:(%w+)'))
return 1
